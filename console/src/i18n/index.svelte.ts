// The language of the console: the browser's until a person chooses. Server codes are never translated.
import { en, type Messages } from './en';
import { zh } from './zh';
import type { Lang } from '../lib/format';

const KEY = 'jingwei.lang';
const CATALOGUES: Record<Lang, Messages> = { en, zh };

class I18n {
  lang = $state<Lang>(first());

  turn(): void {
    this.lang = this.lang === 'en' ? 'zh' : 'en';
    localStorage.setItem(KEY, this.lang);
  }
}

function first(): Lang {
  const stored = localStorage.getItem(KEY);
  if (stored === 'en' || stored === 'zh') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export const i18n = new I18n();
/** The catalogue in use; reactive. */
export const t = (): Messages => CATALOGUES[i18n.lang];
