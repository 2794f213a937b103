import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { isConnectionTrouble } from '../db/client.ts';
import { KeyError } from '../keys.ts';
import type { Log } from '../log.ts';
import { say } from './language/bilingual.ts';
import { answerProblem, Problem } from './problem.ts';

/** SQLSTATE classes that pass by themselves: resources, operator's doing, a statement that ran out of time. */
const PASSING = /^(53|57|55P03|40)/;
const RETRY_AFTER_S = '5';
/** A policy, a grant or a trigger of the database said no. */
const INSUFFICIENT_PRIVILEGE = '42501';

/** Turns whatever was thrown into an answer, in this one place. Only what is our mistake is logged as an error. */
export function handleError(error: Error, c: Context, log: Log): Response {
  return answerProblem(c, problemOf(error, c, log));
}

function problemOf(error: Error, c: Context, log: Log): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) return fromHttpException(error);
  const request_id = c.get('requestId');
  if (error instanceof KeyError) {
    log.error({ event: 'wrong_key', request_id, path: c.req.path, reason: error.message }, 'a request failed');
    return wrongKey();
  }
  // Messages of database errors may hold parameters: only their code is logged.
  const code = (error as { code?: unknown }).code;
  const passing: boolean = isConnectionTrouble(error) || (typeof code === 'string' && PASSING.test(code));
  if (passing) {
    log.warn({ request_id, code }, 'the API could not use the database');
    return new Problem(
      'database_unavailable',
      say(
        'The hub cannot reach its database right now. Try again in a moment.',
        'Le hub ne peut pas atteindre sa base de données. Réessayez dans un instant.',
      ),
      { headers: { 'Retry-After': RETRY_AFTER_S } },
    );
  }
  if (code === INSUFFICIENT_PRIVILEGE) {
    // The route has let through what the database does not: safe, but the route is wrong.
    log.error({ event: 'refused_by_database', request_id }, 'the database refused what a route let through');
    return new Problem(
      'forbidden',
      say('The rights of the asker do not allow this.', 'Les droits du demandeur ne le permettent pas.'),
    );
  }
  log.error({ request_id, code, name: error.name, stack: placesOf(error) }, 'an API request failed');
  return new Problem(
    'internal_error',
    say(
      'Something went wrong inside the hub. Its log has more under this request_id.',
      "Une erreur s'est produite dans le hub. Son journal en dit plus sous ce request_id.",
    ),
  );
}

function wrongKey(): Problem {
  return new Problem(
    'wrong_key',
    say(
      'What this request needs (a second factor, for instance) is sealed in the database with another hub.key than the one the hub runs with. Whoever looks after the hub puts back the hub.key that belongs to this database and starts the hub again. If it is lost, "hearst-hub user invite EMAIL --reset-totp" lets somebody sign in without the second factor.',
      'Ce que demande cette requête (un second facteur, par exemple) est scellé dans la base de données avec un autre hub.key que celui du hub. La personne qui s\'occupe du hub remet le hub.key de cette base et redémarre le hub ; s\'il est perdu, "hearst-hub user invite EMAIL --reset-totp" permet de se connecter sans second facteur.',
    ),
  );
}

/** Where it was thrown, without the message. */
function placesOf(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

function fromHttpException(error: HTTPException): Problem {
  if (error.status === 415)
    return new Problem(
      'unsupported_media_type',
      say(
        'Send the body as JSON, with Content-Type: application/json.',
        'Envoyez le corps en JSON, avec Content-Type: application/json.',
      ),
    );
  return new Problem(
    'malformed_request',
    say(error.message || 'The request cannot be read.', 'La requête est illisible : est-ce bien du JSON ?'),
  );
}
