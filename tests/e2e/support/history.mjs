// A long history for a channel, as years of use leave it. Messages of every kind are posted into another channel by several people, so that their
// HTML is the server's own; SQL copies them, since 100,000 posts would take minutes.
import assert from "node:assert/strict";
import { api } from "../lib.mjs";

/** Between two messages, so that days part them and some stand together under one name. */
const APART_MS = 86_000;
const KINDS = [
  (n) => `line ${n}`,
  (n) => `line ${n} of **many**, some longer than others, with \`code\` and a [link](https://example.org/${n})`,
  (n) => `Could you look at ${n}? The median stays where it was, the tail is shorter by a third, and nothing else moved. I would ship it on Thursday, once the people in Lisbon had a day to try it, and keep the old path for one more week.`,
  () => "yes",
  (n) => `> somebody said ${n}\nI *don't* think so :+1:`,
  (n) => `\`\`\`rust\nfn main() {\n    let answer = ${n}; // the usual one\n    println!("{answer}");\n}\n\`\`\``,
  (n) => `1. first ${n}\n2. second\n   - a point below it\n3. third`,
  () => "@ann see above, and ||this|| too",
];

/** Posts messages of every kind by everybody into a channel of their own, whose id it returns. */
export const sample = async (base, host, people) => {
  const community = await host.evaluate(() => document.body.dataset.community);
  const made = await (await api(host, base, "POST", `/api/communities/${community}/channels`, { name: "samples" })).json();
  for (const one of people) {
    if (one !== host) await api(one, base, "POST", `/api/channels/${made.id}/join`);
    for (const [n, kind] of KINDS.entries()) {
      const posted = await api(one, base, "POST", `/api/channels/${made.id}/messages`, { body_md: kind(n) });
      assert.ok(posted.ok(), await posted.text());
    }
  }
  return made.id;
};

/** What fills `channel` with copies of the messages in `samples`, all older than what the server writes next. For a server that is stopped. */
export const filling = (channel, samples, count) => [
  `with sample as (select row_number() over (order by author_id, id) - 1 as place, count(*) over () as many, author_id, body_md, body_html, mentions
                   from messages where channel_id = '${samples}' and author_id in (select id from users)),
        made as (select n, (extract(epoch from now()) * 1000)::bigint - (${count} - n + 60)::bigint * ${APART_MS} as ms from generate_series(1, ${count}) n)
   insert into messages (id, channel_id, author_id, body_md, body_html, mentions, seq, client_mutation_id, fingerprint, created_at)
   select (lpad(to_hex(made.ms), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid, s.id, sample.author_id,
          sample.body_md, sample.body_html, sample.mentions, s.head + n, 'filled-' || n, 0, to_timestamp(made.ms / 1000.0)
   from streams s, made join sample on sample.place = (n / 2 * 7 + n % 2 + n / 5) % sample.many where s.id = '${channel}'`,
  // Rows without words: no job has to look for these messages then, and a search does not find them.
  `insert into message_search (message_id, channel_id, tsv) select id, channel_id, ''::tsvector from messages where client_mutation_id like 'filled-%'`,
  `update streams set head = head + ${count} where id = '${channel}'`,
  `insert into outbox (stream, published) select id, head from streams where id = '${channel}' on conflict (stream) do update set published = excluded.published`,
  "analyze messages",
];
