import type { ActorPlan } from './actor';
import type { BehaviourName, BehaviourOptions } from './behaviour';
import type { NativeFormatName } from './native-format';
import type { RateShape } from './rate-shape';

/** The steps of an attack; `background` is no attack and has no truth to be found. */
export const PHASE_STAGES = ['background', 'reconnaissance', 'access', 'action'] as const;

export type PhaseStage = (typeof PHASE_STAGES)[number];

export interface NamedActor extends ActorPlan {
  readonly name: string;
  /** True for actors of the organisation, who are the same in every scenario. */
  readonly shared: boolean;
  /** True for people of the organisation, who keep their addresses; intruders come back from others. */
  readonly staysPut: boolean;
}

export interface TargetPlan {
  readonly name: string;
  readonly country: string;
  readonly number: number;
  readonly port: number;
  readonly writes: readonly NativeFormatName[];
}

export interface PhasePlan {
  /** The scenario that the phase was written in, also where another one includes it. */
  readonly scenario: string;
  /** Tells apart the inclusions of one scenario in another; '' in its own. */
  readonly occurrence: string;
  readonly name: string;
  readonly stage: PhaseStage;
  /** ATT&CK technique, '' for background. */
  readonly technique: string;
  readonly actor: NamedActor;
  readonly does: BehaviourName;
  readonly targets: readonly TargetPlan[];
  readonly startsAtMs: number;
  readonly lastsMs: number;
  readonly rate: RateShape;
  readonly success: number;
  readonly options: BehaviourOptions;
}

/** A scenario ready to run: its phases repeat every `lengthMs`. */
export interface ScenarioPlan {
  readonly name: string;
  readonly lengthMs: number;
  readonly phases: readonly PhasePlan[];
}
