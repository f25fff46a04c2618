// Colours code blocks when the first one is shown. HTML has no syntax, and the server's text holds plain code.
import { $$, assetPath } from "./dom.js";

/** Longer code stays plain: colouring it would hold the page up. */
const MOST_CHARS = 20_000;
const SAME = {
  javascript: "js", jsx: "js", mjs: "js", typescript: "ts", tsx: "ts", python: "py", rust: "rs", sh: "bash", shell: "bash", zsh: "bash",
  console: "bash", yml: "yaml", dockerfile: "docker", makefile: "make", golang: "go", "c++": "c", cpp: "c", h: "c", hpp: "c", cs: "java",
  csharp: "java", kotlin: "java", kt: "java", perl: "pl", svg: "xml", patch: "diff", jsonc: "json", psql: "sql", postgresql: "sql", rss: "xml",
};
let tokenizer = null;

const loaded = () => {
  tokenizer ??= import(assetPath("highlight.js"));
  return tokenizer;
};

const paint = async (code, name) => {
  const { tokenizeWith, languages } = await loaded();
  const language = languages[SAME[name] ?? name];
  if (!language) return;
  const text = code.textContent;
  const pieces = [];
  tokenizeWith(text, language, (piece, type) => {
    if (!piece) return;
    if (!type) return pieces.push(piece);
    const span = document.createElement("span");
    span.className = `c-code-${type}`;
    span.textContent = piece;
    return pieces.push(span);
  }, { languages });
  code.replaceChildren(...pieces);
  // What was typed never vanishes.
  if (code.textContent !== text) code.textContent = text;
};

export const colourCode = (root) => {
  for (const code of $$('pre > code[class^="language-"]', root)) {
    if (code.textContent.length > MOST_CHARS) continue;
    paint(code, code.className.slice("language-".length).toLowerCase()).catch(() => {});
  }
};
