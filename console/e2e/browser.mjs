// A browser for the tests: its own profile each time, and everything that goes wrong in a page is kept.
import { chromium } from 'playwright-core';

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS });

/** A page with this token, language and theme; `faults` fills with what a page must not do. */
export async function open(browser, base, { token, lang = 'en', theme = 'dark', width = 1440, height = 900, allow = [] } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', timezoneId: 'Asia/Shanghai', locale: lang === 'zh' ? 'zh-CN' : 'en-GB' });
  await context.addInitScript(([token, lang, theme]) => {
    // Once only: what the page itself keeps later must stay.
    if (sessionStorage.getItem('e2e')) return;
    sessionStorage.setItem('e2e', 'yes');
    if (token) sessionStorage.setItem('jingwei.token', token);
    localStorage.setItem('jingwei.lang', lang);
    localStorage.setItem('jingwei.theme', theme);
  }, [token, lang, theme]);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults = [];
  page.on('console', (it) => {
    const text = it.text();
    if (['error', 'warning'].includes(it.type()) && !allow.some((one) => one.test(text))) faults.push(`console: ${text}`);
  });
  page.on('pageerror', (it) => faults.push(`error: ${it.message}`));
  page.on('request', (it) => {
    const url = new URL(it.url());
    if (url.origin !== base && url.protocol !== 'blob:') faults.push(`request to ${url.origin}`);
  });
  return { page, context, faults };
}

export async function ready(page) {
  await page.locator('main').waitFor();
  await page.waitForFunction(() => {
    const main = document.querySelector('main');
    return main && main.innerText.trim().length > 20 && !/Loading…|加载中…/.test(main.innerText);
  });
}
