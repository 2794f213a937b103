import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ClientBase } from 'pg';
import type { Role } from '../../auth/principal.ts';
import { withContext } from '../../db/client.ts';
import {
  countTransformers,
  findTransformers,
  listTransformers,
  TRANSFORMER_ORDER,
} from '../../db/queries/transformers.ts';
import { changeTransformer, createTransformer } from '../../operations/transformers.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { change } from '../change.ts';
import { assertMatches } from '../etag.ts';
import { withoutUndefined } from '../fields.ts';
import { answerList, listing } from '../lists.ts';
import { assertProject, onlyOne } from '../missing.ts';
import { presentTransformer } from '../present/transformers.ts';
import { changedResponse, problemResponse } from '../problem.ts';
import {
  NewTransformer,
  TRANSFORMER_IDS,
  Transformer,
  TransformerChange,
  TransformerPart,
  TransformerPath,
} from '../schemas/transformers.ts';
import { InProject, listOfEither, ProjectPath } from '../schemas.ts';
import { TABLE_CONTENT, TableFormat } from '../tables/format.ts';

const READERS: readonly Role[] = ['super_admin', 'project_manager', 'operator'];
const WRITERS: readonly Role[] = ['super_admin', 'project_manager'];

/** Transformers: their load comes from meters, the rest from people. */
export function transformerRoutes(services: Services): App {
  const { api, now } = services;
  const readers = allow(services, READERS);
  const writers = allow(services, WRITERS);

  const list = createRoute({
    method: 'get',
    path: '/api/projects/{projectId}/transformers',
    summary: "A project's transformers with their latest load, all of them unless limit is sent",
    middleware: readers,
    request: {
      params: ProjectPath,
      query: listing(TRANSFORMER_ORDER, Transformer, 'id or name').extend(TableFormat.shape),
    },
    responses: {
      200: {
        description: 'Transformers',
        content: { 'application/json': { schema: listOfEither(Transformer, TransformerPart) }, ...TABLE_CONTENT },
      },
      default: problemResponse,
    },
  });

  const one = createRoute({
    method: 'get',
    path: '/api/transformers/{transformerId}',
    summary: 'One transformer; project_id settles which, where two projects use the id',
    middleware: readers,
    request: { params: TransformerPath, query: InProject },
    responses: {
      200: { description: 'The transformer', content: { 'application/json': { schema: Transformer } } },
      default: problemResponse,
    },
  });

  const create = createRoute({
    method: 'post',
    path: '/api/projects/{projectId}/transformers',
    summary: 'Create a transformer; transformer_id is enough. Those that agents speak of come by themselves',
    middleware: writers,
    request: {
      params: ProjectPath,
      body: { required: true, content: { 'application/json': { schema: NewTransformer } } },
    },
    responses: {
      201: { description: 'The transformer', content: { 'application/json': { schema: Transformer } } },
      default: problemResponse,
    },
  });

  const put = createRoute({
    method: 'put',
    path: '/api/transformers/{transformerId}',
    summary: 'Change the fields given; the rest stay. Honours If-Match',
    middleware: writers,
    request: {
      params: TransformerPath,
      query: InProject,
      body: { required: true, content: { 'application/json': { schema: TransformerChange } } },
    },
    responses: {
      200: { description: 'The transformer', content: { 'application/json': { schema: Transformer } } },
      412: changedResponse(Transformer),
      default: problemResponse,
    },
  });

  /** The one meant, with its ETag's version set. */
  const shown = async (
    c: Context<Signed>,
    client: ClientBase,
    transformerId: string,
    projectId: string | null,
  ): Promise<Transformer> => {
    const found = findTransformers(client, transformerId, projectId);
    const row = await onlyOne(c, 'transformer', transformerId, found);
    c.set('version', row.version);
    return presentTransformer(row, now());
  };

  return createRouter()
    .openapi(list, (c) => {
      const { projectId } = c.req.valid('param');
      const query = c.req.valid('query');
      const text = query.q ?? null;
      return answerList(c, services, query, {
        ...{ what: 'transformers', of: projectId, schema: Transformer, ids: TRANSFORMER_IDS, whole: true },
        order: TRANSFORMER_ORDER,
        read: async (client, page, now) => {
          await assertProject(client, projectId);
          return listTransformers(client, projectId, text, page, now);
        },
        count: (client) => countTransformers(client, projectId, text),
        show: presentTransformer,
      });
    })
    .openapi(one, async (c) => {
      const { transformerId } = c.req.valid('param');
      const projectId = c.req.valid('query').project_id ?? null;
      const transformer = await withContext(api, readerOf(c.get('principal')), (client) =>
        shown(c, client, transformerId, projectId),
      );
      return c.json(transformer, 200);
    })
    .openapi(create, (c) =>
      change(c, services, async (change) => {
        const { projectId } = c.req.valid('param');
        const fields = withoutUndefined(c.req.valid('json'));
        await createTransformer(change, { ...fields, project_id: projectId });
        c.header('Location', `/api/transformers/${fields.transformer_id}?project_id=${projectId}`);
        return c.json(await shown(c, change.client, fields.transformer_id, projectId), 201);
      }),
    )
    .openapi(put, (c) =>
      change(c, services, async (change) => {
        const { transformerId } = c.req.valid('param');
        const wanted = c.req.valid('query').project_id ?? null;
        const key = await shown(c, change.client, transformerId, wanted);
        const again = () => shown(c, change.client, transformerId, key.project_id);
        await changeTransformer(change, key, withoutUndefined(c.req.valid('json')), async ({ version }) =>
          assertMatches(c, version, await again()),
        );
        return c.json(await again(), 200);
      }),
    );
}
