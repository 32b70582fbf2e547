/** The plain pages that the runtime itself answers with: self-contained, without script, readable on a phone and in the dark. */

/** Text that has been made safe to stand in HTML. Only {@link html} and {@link list} make it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** `text` as HTML text or as a quoted attribute value. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** Template tag: every value is escaped unless it is {@link Html}; null stands for nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | Html | null)[]): Html {
  let text = parts[0] ?? '';
  for (const [index, value] of values.entries()) {
    text += value instanceof Html ? value.text : escapeHtml(value === null ? '' : String(value));
    text += parts[index + 1] ?? '';
  }
  return new Html(text);
}

/** The items one after the other. */
export function list(items: readonly Html[]): Html {
  return new Html(items.map(({ text }) => text).join(''));
}

const STYLE = `
:root{color-scheme:light dark;--ground:#f6f5f1;--card:#fff;--ink:#1b1830;--soft:#5c586b;--line:#dedbd3;--accent:#3a2fb0;--on-accent:#fff;--mark:#b23b0b;--mark-ground:#fdf0e6}
@media (prefers-color-scheme:dark){:root{--ground:#110f1a;--card:#1a1726;--ink:#eeecf4;--soft:#aaa4ba;--line:#2d293c;--accent:#b5aaff;--on-accent:#17123d;--mark:#ffa368;--mark-ground:#33241c}}
h1+p::first-letter{text-transform:uppercase}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;justify-content:center;padding:2rem 1rem;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
main{width:100%;max-width:40rem;padding:2.25rem;background:var(--card);border:1px solid var(--line);border-radius:1rem}
h1{margin:.85rem 0 .6rem;font-size:1.5rem;line-height:1.25;letter-spacing:-.01em;text-wrap:balance}
h2{margin:1.75rem 0 .4rem;font-size:.95rem;line-height:1.4;color:var(--soft);font-weight:600}
p{margin:.4rem 0;overflow-wrap:anywhere}
.badge{display:inline-block;padding:.15rem .65rem;border-radius:99px;background:var(--mark-ground);color:var(--mark);font-size:.85rem;font-weight:600;font-variant-numeric:tabular-nums}
code,dd,.path{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.9em}
.actions{display:flex;flex-wrap:wrap;gap:.65rem;margin-top:1.75rem}
.button{display:inline-flex;align-items:center;min-height:2.75rem;padding:.4rem 1.15rem;border:1px solid var(--line);border-radius:.65rem;color:var(--ink);text-decoration:none;font-weight:550}
.button.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
.button:hover{border-color:var(--accent)}
a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
dl{display:grid;align-items:baseline;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1.25rem;margin:1.75rem 0 0;padding-top:1.25rem;border-top:1px solid var(--line);font-size:.875rem;color:var(--soft)}
dt,dd{margin:0}
dd{overflow-wrap:anywhere}
ul{list-style:none;margin:.5rem 0 0;padding:0;border:1px solid var(--line);border-radius:.75rem;overflow:hidden}
li+li{border-top:1px solid var(--line)}
li a,li>span{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.1rem 1rem;padding:.7rem 1rem;color:inherit;text-decoration:none}
li a:hover{background:var(--ground)}
li a:focus-visible{outline-offset:-3px}
li .path{color:var(--accent);overflow-wrap:anywhere}
li span .path{color:inherit}
li small{color:var(--soft);font-size:.85rem}
@media (max-width:30rem){body{padding:1rem;justify-content:flex-start}main{padding:1.35rem}h1{font-size:1.3rem}.button{flex:1 1 auto;justify-content:center}}
`.trim();

/** A whole HTML document around `body`, which stands inside `<main>`. */
export function page(title: string, body: Html): string {
  const head = html`<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title>`;
  return `<!doctype html>\n<html lang="en"><head>${head.text}<style>${STYLE}</style></head><body><main>${body.text}</main></body></html>\n`;
}

/** Headers of every such page. The policy holds even if escaping ever failed: no script, nothing loaded. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
};
