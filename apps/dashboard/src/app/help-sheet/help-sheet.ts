import { ChangeDetectionStrategy, Component, ElementRef, input, output, viewChild } from '@angular/core';

/** What one sees and which keys do what. The browser's own dialog keeps focus and Escape right. */
@Component({
  selector: 'wf-help-sheet',
  templateUrl: './help-sheet.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class HelpSheet {
  readonly shortcutsOn = input.required<boolean>();
  readonly shortcutsChange = output<boolean>();
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  open(): void {
    const { nativeElement } = this.dialog();
    if (!nativeElement.open) nativeElement.showModal();
  }

  protected close(): void {
    this.dialog().nativeElement.close();
  }
}
