import { html } from 'hono/html';
import { allowAnyone } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { type Language, languageOf, say } from '../language/bilingual.ts';
import { answerHtml, type Html } from '../pages.ts';
import { PROBLEMS } from '../problem.ts';

/** Pages for people who open the hub's address in a browser; they show nothing that needs a sign-in. */
export function homeRoutes({ version }: Services): App {
  const router = createRouter();

  router.get('/', allowAnyone(), (c) =>
    answerHtml(c, {
      title: 'Hearst Control',
      body: html`<h1>Hearst Control</h1>
<p>The hub, version ${version}. It is running.</p>
<ul>
<li><a href="/api/docs">/api/docs</a>: the API, every operation of it</li>
<li><a href="/readyz">/readyz</a>: what the hub needs and whether that answers</li>
<li><a href="/healthz">/healthz</a>: whether the process lives</li>
</ul>
<h2>Reading the figures</h2>
<p>Make a key where the hub runs, then ask:</p>
<pre>hearst-hub key create --name me --role viewer --projects QATAR-001
curl -H "Authorization: Bearer hck_..." ${new URL(c.req.url).origin}/api/projects</pre>
<ul>
<li><code>GET /api/projects</code>, <code>/api/projects/QATAR-001</code></li>
<li><code>GET /api/projects/QATAR-001/containers</code></li>
<li><code>GET /api/containers/QATAR-C01</code>, <code>/api/containers/QATAR-C01/miners</code></li>
</ul>
<p>Errors are described under <a href="/api/problems">/api/problems</a>.</p>`,
    }),
  );

  router.get('/api/problems', allowAnyone(), (c) => {
    const language = languageOf(c);
    return answerHtml(c, { title: `Hearst Control: ${HEADING[language]}`, language, body: problemsPage(language) });
  });
  return router;
}

const HEADING = say('Errors of the API', "Erreurs de l'API");

function problemsPage(language: Language): Html {
  const intro = {
    en: html`<p>Every error is <code>application/problem+json</code> (RFC 9457), in English or French by
<code>Accept-Language</code>. <code>code</code> and <code>type</code> never change; quote <code>request_id</code> when you ask
for help. Which operation answers which is in the <a href="/api/docs">documentation of the API</a>.</p>`,
    fr: html`<p>Chaque erreur est du <code>application/problem+json</code> (RFC 9457), en français ou en anglais selon
<code>Accept-Language</code>. <code>code</code> et <code>type</code> ne changent jamais ; citez <code>request_id</code> quand
vous demandez de l'aide. Quelle opération répond quoi : voir la <a href="/api/docs">documentation de l'API</a>.</p>`,
  };
  return html`<h1>${HEADING[language]}</h1>${intro[language]}
<table><thead><tr><th scope="col">code</th><th scope="col">status</th><th scope="col" lang="en">meaning</th>
<th scope="col" lang="fr">signification</th></tr></thead><tbody>${Object.entries(PROBLEMS).map(
    ([code, { status, title }]) =>
      html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td lang="en">${title.en}</td><td lang="fr">${title.fr}</td></tr>`,
  )}</tbody></table>`;
}
