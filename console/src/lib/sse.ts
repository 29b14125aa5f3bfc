// Server-sent events from bytes (WHATWG HTML, section 9.2), as far as the watch stream uses them.

export interface Frame {
  id: string;
  event: string;
  data: string;
}

/** Feed it text in any pieces; it gives whole frames. Comments and `retry` are passed over. */
export class FrameParser {
  #rest = '';
  #id = '';
  #event = '';
  #data: string[] = [];
  #started = false;

  feed(text: string): Frame[] {
    const frames: Frame[] = [];
    if (!this.#started && text !== '') {
      this.#started = true;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    let all = this.#rest + text;
    // A CR at the end may be the first half of a CR LF.
    const held = all.endsWith('\r') ? '\r' : '';
    if (held) all = all.slice(0, -1);
    const lines = all.split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '') + held;
    for (const line of lines) {
      const frame = this.#line(line);
      if (frame) frames.push(frame);
    }
    return frames;
  }

  #line(line: string): Frame | undefined {
    if (line === '') {
      const frame = { id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') };
      const has = this.#data.length > 0;
      this.#event = '';
      this.#data = [];
      return has ? frame : undefined;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (field === 'id' && !value.includes('\0')) this.#id = value;
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    return undefined;
  }
}

/** How long to wait before attempt number `attempt`, from 0: doubling to 15 s, spread by `chance` in [0, 1). */
export function backoffMs(attempt: number, chance: number): number {
  const whole = Math.min(15_000, 500 * 2 ** Math.min(attempt, 10));
  return Math.round(whole / 2 + (whole / 2) * chance);
}
