/** The typed short code; a scan gun may type into the same field. */

import { texts } from '../../texts/scanner';
import { classify, fold, groupShortCode, isPassShaped, judgeShortCode, plainShortCode, type ReadText } from '../codes';
import { el, fieldError } from './page';

const WRONG = { length: texts.codeLength, symbol: texts.codeSymbol, check: texts.codeCheck } as const;

export class CodeView {
  private readonly input = el<HTMLInputElement>('sc-code');

  /**
   * @param onRead a good short code or a pass
   * @param onPhoto a picture from the album
   */
  constructor(
    private readonly onRead: (read: ReadText) => void,
    onPhoto: (file: File) => void,
  ) {
    el<HTMLFormElement>('sc-code-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener('input', (event) => this.typed(event as InputEvent));
    const photo = el<HTMLInputElement>('sc-photo');
    photo.addEventListener('change', () => {
      const file = photo.files?.[0];
      photo.value = '';
      if (file !== undefined) onPhoto(file);
    });
  }

  open(): void {
    this.input.value = '';
    fieldError('sc-code', null);
    this.input.focus();
  }

  /** Shown in two groups while it is a short code; longer texts stay as they come, spaces and all. */
  private typed(event: InputEvent): void {
    fieldError('sc-code', null);
    if (event.isComposing || this.input.selectionStart !== this.input.value.length) return;
    const plain = plainShortCode(this.input.value);
    if (this.input.value.length > 10 || plain.length > 8 || event.inputType.startsWith('delete')) return;
    this.input.value = groupShortCode(fold(plain));
  }

  private submit(): void {
    const text = this.input.value;
    if (isPassShaped(fold(text))) {
      this.onRead(classify(text));
      return;
    }
    const plain = plainShortCode(text);
    const judged = judgeShortCode(plain);
    if (judged === 'ok') {
      this.onRead({ kind: 'code', code: plain });
      return;
    }
    fieldError('sc-code', WRONG[judged]);
    this.input.focus();
    this.input.select();
  }
}
