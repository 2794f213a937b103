import { EnrolRequest } from '@hearst/protocol';
import { createRoute } from '@hono/zod-openapi';
import { type EnrolmentRefusal, enrol, IssuedCredential } from '../../enrolment.ts';
import { allowAnyone } from '../access.ts';
import { addressOf, isPrivate } from '../address.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { type Bilingual, say } from '../language/bilingual.ts';
import { Problem, problems } from '../problem.ts';

const REFUSALS: Record<EnrolmentRefusal, Bilingual> = {
  token_unknown: say(
    'The hub knows no such enrolment token. Copy it again, or make a new one: hearst-hub agent add PROJECT',
    "Le hub ne connaît pas ce jeton d'inscription. Recopiez-le, ou faites-en un autre : hearst-hub agent add PROJET",
  ),
  token_expired: say(
    'This enrolment token has expired (24 h). Make a new one: hearst-hub agent add PROJECT',
    "Ce jeton d'inscription a expiré (24 h). Faites-en un autre : hearst-hub agent add PROJET",
  ),
  token_used: say(
    'This enrolment token was used already; each works once. Make a new one: hearst-hub agent add PROJECT',
    "Ce jeton d'inscription a déjà servi ; chacun sert une fois. Faites-en un autre : hearst-hub agent add PROJET",
  ),
  token_renews: say(
    'This token gives new secrets to an agent that is enrolled already, and to no other. Run it there with --renew; to enrol an agent: hearst-hub agent add PROJECT',
    'Ce jeton donne de nouveaux secrets à un agent déjà inscrit, et à lui seul. Utilisez-le là-bas avec --renew ; pour inscrire un agent : hearst-hub agent add PROJET',
  ),
  conflict: say(
    "This token's project has been archived and takes no agents. Take it back from the archive first: PUT its status.",
    "Le projet de ce jeton est archivé et n'accepte plus d'agents. Sortez-le d'abord des archives : PUT de son status.",
  ),
};

const route = createRoute({
  method: 'post',
  path: '/api/enrol',
  summary: "Exchange a one-time token for an agent's credential (TLS, or this machine)",
  middleware: allowAnyone(),
  request: { body: { required: true, content: { 'application/json': { schema: EnrolRequest } } } },
  responses: {
    201: { description: "The agent's credential", content: { 'application/json': { schema: IssuedCredential } } },
    default: problems('tls_required', 'token_unknown', 'token_expired', 'token_used'),
  },
});

/** How an agent joins. The token is the proof; guessing is slowed down. */
export function enrolmentRoutes({ config, api, keys, mqttUrl, now, log, tokenGuesses }: Services): App {
  return createRouter().openapi(route, async (c) => {
    if (!isPrivate(c, config.proxy))
      throw new Problem(
        'tls_required',
        say(
          'An enrolment token must not travel in plain text: use the https address.',
          "Un jeton d'inscription ne doit pas voyager en clair : utilisez l'adresse https.",
        ),
      );
    const address = addressOf(c, config.proxy);
    tokenGuesses.check(address);
    const request = c.req.valid('json');
    const answer = await enrol({ pool: api, keys, mqttUrl, mqttCa: config.mqttCa, now }, request, {
      address,
      requestId: c.get('requestId'),
    });
    if ('refused' in answer) {
      // Whoever holds a used or expired token did not guess it.
      if (answer.refused === 'token_unknown') tokenGuesses.failed(address);
      log.warn(
        { event: 'enrolment_refused', request_id: c.get('requestId'), reason: answer.refused, address },
        'refused an enrolment',
      );
      const code = answer.refused === 'token_renews' ? 'token_unknown' : answer.refused;
      throw new Problem(code, REFUSALS[answer.refused]);
    }
    log.info(
      { event: 'enrolled', request_id: c.get('requestId'), project: answer.project, agent: answer.agent, address },
      'enrolled an agent',
    );
    return c.json(answer, 201);
  });
}
