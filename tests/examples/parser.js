// A parser of the reference skin in plain JavaScript, for `forgegen hunt` and `forgegen score`:
//
//   forgegen hunt --cmd 'node tests/examples/parser.js' --field text --field author
//   forgegen score --cmd 'node tests/examples/parser.js' --seed 1 --threads 20
//
// It reads a line {key, url, content_type, body_b64} and writes a line {key, prediction}, for as long as there are lines.
// It has a bug that many such parsers have: it knows entities by name, but not by number.

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };

function text(html) {
  return html
    .replace(/<br\s*\/?>/g, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:lt|gt|quot|amp);/g, (entity) => ENTITIES[entity]);
}

function first(html, pattern) {
  const found = pattern.exec(html);
  return found === null ? null : text(found[1]);
}

function parse(html) {
  const title = first(html, /<h1 class="headline"[^>]*>([\s\S]*?)<\/h1>/);
  const posts = [];
  for (const item of html.matchAll(/<li class="floor [^"]*" id="([^"]+)"[^>]*>([\s\S]*?)<\/li>/g)) {
    const post = item[2];
    posts.push({
      id: item[1],
      author: first(post, /<span class="who"[^>]*>([\s\S]*?)<\/span>/),
      text: first(post, /<p class="text"[^>]*>([\s\S]*?)<\/p>/) ?? "",
      parent: first(post, /<a class="parent" href="[^"#]*#([^"]+)"/),
    });
  }
  return { title, posts };
}

let rest = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    const { key, body_b64 } = JSON.parse(line);
    const html = Buffer.from(body_b64, "base64").toString("utf8");
    process.stdout.write(JSON.stringify({ key, prediction: parse(html) }) + "\n");
  }
});
