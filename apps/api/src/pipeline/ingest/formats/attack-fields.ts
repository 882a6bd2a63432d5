import type { NormalisedEvent } from '@watchfloor/contracts';

/** Names ATT&CK tactics (`TA0043`) and techniques (`T1595`, `T1110.001`) of an event; what has another form is left out. */
export function addTechniques(
  event: NormalisedEvent,
  tactics: readonly string[],
  techniques: readonly string[],
): void {
  const tacticIds = tactics.filter((id) => /^TA\d{4}$/.test(id));
  const techniqueIds = techniques.filter((id) => /^T\d{4}(?:\.\d{3})?$/.test(id));
  if (tacticIds.length === 0 && techniqueIds.length === 0) return;
  event.threat = { framework: 'MITRE ATT&CK' };
  if (tacticIds.length > 0) event.threat.tactic = { id: tacticIds };
  if (techniqueIds.length > 0) event.threat.technique = { id: techniqueIds };
}
