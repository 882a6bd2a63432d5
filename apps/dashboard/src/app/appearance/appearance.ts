import { computed, DestroyRef, DOCUMENT, effect, inject, Injectable, signal } from '@angular/core';
import { readStored, writeStored } from './stored-choice';

export type Theme = 'dark' | 'light';

/** The colours that canvases need as values; everything else uses the style sheet. */
export interface Palette {
  readonly land: string;
  readonly coast: string;
  readonly sea: string;
  readonly text: string;
  readonly textSoft: string;
  readonly arc: string;
  readonly arcHead: string;
  readonly volume: string;
  readonly line: string;
  readonly critical: string;
  readonly warning: string;
  readonly info: string;
  readonly focus: string;
  readonly steps: readonly string[];
}

/** Dark or light, as the system or the person says, and whether things may move. */
@Injectable({ providedIn: 'root' })
export class Appearance {
  private readonly root = inject(DOCUMENT).documentElement;
  private readonly systemLight = mediaSignal('(prefers-color-scheme: light)');
  private readonly chosen = signal<Theme | null>(readTheme());
  readonly reducedMotion = mediaSignal('(prefers-reduced-motion: reduce)');
  readonly theme = computed<Theme>(() => this.chosen() ?? (this.systemLight() ? 'light' : 'dark'));
  readonly palette = computed(() => {
    this.root.dataset['theme'] = this.theme();
    return readPalette(getComputedStyle(this.root));
  });

  constructor() {
    effect(() => void this.palette());
  }

  /** The other theme from now on, whatever the system says. */
  toggleTheme(): void {
    const theme = this.theme() === 'dark' ? 'light' : 'dark';
    this.chosen.set(theme);
    writeStored('theme', theme);
  }
}

function readTheme(): Theme | null {
  const stored = readStored('theme');
  return stored === 'dark' || stored === 'light' ? stored : null;
}

function mediaSignal(query: string) {
  const media = matchMedia(query);
  const matches = signal(media.matches);
  const follow = () => matches.set(media.matches);
  media.addEventListener('change', follow);
  inject(DestroyRef).onDestroy(() => media.removeEventListener('change', follow));
  return matches.asReadonly();
}

function readPalette(style: CSSStyleDeclaration): Palette {
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    land: colour('land'),
    coast: colour('coast'),
    sea: colour('sea'),
    text: colour('text'),
    textSoft: colour('text-soft'),
    arc: colour('arc'),
    arcHead: colour('arc-head'),
    volume: colour('volume'),
    line: colour('border-line'),
    critical: colour('critical'),
    warning: colour('warning'),
    info: colour('info'),
    focus: colour('focus'),
    steps: [0, 1, 2, 3, 4, 5].map((step) => colour(`step-${step}`)),
  };
}
