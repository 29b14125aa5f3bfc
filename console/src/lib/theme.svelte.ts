// Dark or light: what the system says until a person chooses.

const KEY = 'jingwei.theme';
export type Theme = 'dark' | 'light';
const system = matchMedia('(prefers-color-scheme: dark)');

class ThemeState {
  chosen = $state<Theme | undefined>(stored());
  system = $state<Theme>(system.matches ? 'dark' : 'light');
  now = $derived<Theme>(this.chosen ?? this.system);

  constructor() {
    system.addEventListener('change', () => { this.system = system.matches ? 'dark' : 'light'; });
  }

  turn(): void {
    this.chosen = this.now === 'dark' ? 'light' : 'dark';
    localStorage.setItem(KEY, this.chosen);
  }
}

function stored(): Theme | undefined {
  const text = localStorage.getItem(KEY);
  return text === 'dark' || text === 'light' ? text : undefined;
}

export const theme = new ThemeState();
