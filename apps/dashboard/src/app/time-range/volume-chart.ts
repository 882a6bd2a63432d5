import { DestroyRef, Directive, effect, ElementRef, inject, input, output } from '@angular/core';
import uPlot from 'uplot';
import { Appearance } from '../appearance/appearance';
import { clockTime, compactCount } from '../figures/figures';
import type { VolumeSeries } from '../live-state/volume-series';

/** The scale goes this much above the peak. */
const HEAD_ROOM = 1.05;

/** What is under the pointer. */
export interface VolumeReading {
  readonly at: number;
  readonly eventsPerSecond: number;
}

/** A uPlot area of events per second that fills its element. The figures are also given as text beside it. */
@Directive({ selector: '[wfVolumeChart]' })
export class VolumeChart {
  readonly series = input.required<VolumeSeries | null>({ alias: 'wfVolumeChart' });
  readonly reading = output<VolumeReading | null>();
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly appearance = inject(Appearance);
  private chart: uPlot | null = null;

  constructor() {
    const observer = new ResizeObserver(() => this.chart?.setSize(this.size()));
    observer.observe(this.element);
    effect(() => this.draw(this.series()));
    effect(() => {
      this.appearance.palette();
      this.chart?.redraw();
    });
    inject(DestroyRef).onDestroy(() => {
      observer.disconnect();
      this.chart?.destroy();
    });
  }

  private draw(series: VolumeSeries | null): void {
    if (series === null) return;
    const columns: uPlot.AlignedData = [[...series.times], [...series.eventsPerSecond]];
    if (this.chart === null) this.chart = new uPlot(this.options(), columns, this.element);
    else this.chart.setData(columns);
  }

  private size() {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  private options(): uPlot.Options {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const palette = () => this.appearance.palette();
    const axis: uPlot.Axis = {
      font: `400 ${0.6875 * rem}px 'IBM Plex Sans Condensed', sans-serif`,
      stroke: () => palette().textSoft,
      grid: { show: false },
      ticks: { show: false },
      gap: 2,
    };
    return {
      ...this.size(),
      legend: { show: false },
      padding: [4, 1.6 * rem, 0, 0],
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { y: { range: (_chart, _low, high) => [0, Math.max(1, high * HEAD_ROOM)] } },
      axes: [
        { ...axis, size: 1.1 * rem, space: 5 * rem, values: (_chart, ticks) => ticks.map(axisTime) },
        {
          ...axis,
          size: 2.9 * rem,
          splits: (_chart, _axis, _low, high) => [0, high / HEAD_ROOM],
          values: (_chart, ticks) => ticks.map((rate) => `${compactCount(rate)}/s`),
        },
      ],
      series: [
        {},
        { stroke: () => palette().volume, fill: () => palette().volume, width: 1, points: { show: false } },
      ],
      hooks: { setCursor: [(chart) => this.reading.emit(readingAt(chart))] },
    };
  }
}

/** `10:42`, with seconds where the tick is not at a whole minute. */
function axisTime(seconds: number): string {
  const time = clockTime(seconds * 1_000);
  return time.endsWith(':00') ? time.slice(0, 5) : time;
}

function readingAt({ cursor, data }: uPlot): VolumeReading | null {
  const index = cursor.idx;
  if (index === null || index === undefined) return null;
  const at = data[0][index];
  const eventsPerSecond = data[1]?.[index];
  return typeof at === 'number' && typeof eventsPerSecond === 'number'
    ? { at: at * 1_000, eventsPerSecond }
    : null;
}
