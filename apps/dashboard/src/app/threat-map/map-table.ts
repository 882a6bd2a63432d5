import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import type { KeyCount } from '@watchfloor/contracts';
import { coordinates, exactCount, percentage } from '../figures/figures';
import type { ScreenCell } from './screen-cells';

/** The map as two tables: every country and the busiest cells with their numbers. */
@Component({
  selector: 'wf-map-table',
  templateUrl: './map-table.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class MapTable {
  readonly countries = input.required<readonly KeyCount[]>();
  readonly countryNames = input.required<(code: string) => string>();
  /** Busiest first. */
  readonly cells = input.required<readonly ScreenCell[]>();
  readonly events = input.required<number>();

  protected readonly exactCount = exactCount;
  protected readonly coordinates = coordinates;

  protected share(count: number): string {
    return percentage(this.events() === 0 ? null : count / this.events());
  }
}
