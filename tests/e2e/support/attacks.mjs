// What people write to attack those who read it, and what a page looks like that it has not attacked.

export const HIT = "window.__hit = true";
/** What sets a mark or opens a dialog if any of it runs. */
export const PAYLOADS = [
  `<script>${HIT}</script>`,
  `<img src=x onerror="${HIT}">`,
  `<svg onload="${HIT}"><animate onbegin="${HIT}" attributeName=x dur=1s></svg>`,
  `<iframe srcdoc="<script>parent.__hit = true</script>"></iframe>`,
  `<details open ontoggle="${HIT}">x</details>`,
  `<a href="javascript:${HIT}">x</a>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--><img src=1 onerror=${HIT}>">`,
  `<form action="https://evil.example"><input name=q><button>x</button></form>`,
  `<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">`,
  `<style>body { display: none }</style><link rel=stylesheet href="https://evil.example/x.css">`,
  `<p hx-get="/sign-out" hx-trigger="load" hx-on:load="${HIT}">x</p>`,
  `[x](javascript:${HIT})`,
  `[x](JaVaScRiPt:${HIT})`,
  `[x](java&#10;script:${HIT})`,
  `[x](&#106;avascript:${HIT})`,
  `[x](data:text/html,<script>${HIT}</script>)`,
  `[x](vbscript:${HIT})`,
  `[x](//evil.example "onmouseover=${HIT}")`,
  `[x](https://a.example/" onmouseover="${HIT})`,
  `![x](x" onerror="${HIT})`,
  `<javascript:${HIT}>`,
  `https://a.example/"onmouseover="${HIT}"`,
  "```\"><script>" + HIT + "</script>\nx\n```",
  "`<img src=x onerror=" + HIT + ">`",
  `||<img src=x onerror=${HIT}>||`,
  `> <svg/onload=${HIT}>`,
  `<!--><img src=x onerror=${HIT}>-->`,
  `&lt;script&gt;${HIT}&lt;/script&gt;`,
  `\u202e<img src=x onerror=${HIT}>`,
  `hi&#13;&#10;event: resync&#13;&#10;data: x&#13;&#10;&#13;&#10;`,
];
/** What gets out of a name: these fit into the shortest of them, and stand in attributes and titles as well as in text. */
export const NAMES = [
  `<img src=x onerror="${HIT}">`,
  `"><svg onload="${HIT}">`,
  `'><img src=x onerror=${HIT}>`,
  `" autofocus onfocus="${HIT}" x="`,
  `</title><script>${HIT}</script>`,
  `</textarea><script>${HIT}</script>`,
  `javascript:${HIT}`,
  `<!--><svg/onload=${HIT}>`,
];
const FORBIDDEN = "script, iframe, object, embed, svg, math, style, link, meta, base, form, video, audio, img, [style], [hx-get], [srcdoc]";

/** What is wrong with the messages of a page, as its browser sees them. */
export const faults = (page) => page.evaluate((forbidden) => {
  const found = [];
  if (window.__hit) found.push("a script ran");
  for (const body of document.querySelectorAll(".c-message__body, .c-preview")) {
    for (const one of body.querySelectorAll(forbidden)) found.push(one.outerHTML);
    for (const one of body.querySelectorAll("*")) {
      if ([...one.attributes].some(({ name }) => name.startsWith("on") || name.startsWith("hx-on"))) found.push(one.outerHTML);
    }
    for (const link of body.querySelectorAll("a[href]")) {
      if (!["http:", "https:", "mailto:"].includes(link.protocol)) found.push(link.outerHTML);
    }
  }
  return found;
}, FORBIDDEN);

/** What stands anywhere on a page that none of ours has: elements that load or run something, handlers, and ways out. */
export const strangers = (page) => page.evaluate(() => {
  const found = [];
  if (window.__hit) found.push("a script ran");
  // Each picture of ours has a path; the attacks name files beside the page.
  const isPicture = (address) => ["/", "blob:", `${location.origin}/`].some((beginning) => address.startsWith(beginning));
  const isOurs = (address) => new URL(address, location.href).origin === location.origin;
  for (const one of document.querySelectorAll("body *")) {
    const isLoader = one.matches("iframe, object, embed, math, base, style, link, meta, animate, mglyph, [srcdoc], script:not([src])");
    const hasHandler = [...one.attributes].some(({ name }) => /^(on|hx-on)/.test(name));
    const isForeign = (one.matches("img[src]") && !isPicture(one.getAttribute("src"))) || (one.matches("form[action]") && !isOurs(one.getAttribute("action")));
    const leadsAside = one.matches("a[href]") && !["http:", "https:", "mailto:"].includes(one.protocol);
    if (isLoader || hasHandler || isForeign || leadsAside) found.push(one.outerHTML.slice(0, 200));
  }
  return found;
});
