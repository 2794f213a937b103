import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { withContext } from '../../db/client.ts';
import { reportedProject } from '../../db/queries/reports.ts';
import { daily, daysFrom, monthly, monthsFrom, type Period, today } from '../../reports/period.ts';
import { type Report as Made, makeReport } from '../../reports/report.ts';
import { allow, readerOf, type Signed } from '../access.ts';
import { type App, createRouter, type Services } from '../app.ts';
import { INSIDE } from '../inside.ts';
import { type Bilingual, say } from '../language/bilingual.ts';
import { missing } from '../missing.ts';
import { presentReport, presentReportRows } from '../present/reports.ts';
import { problemResponse, refusedField } from '../problem.ts';
import { DailyQuery, MonthlyQuery, Report, ReportRow } from '../schemas/reports.ts';
import { ProjectPath } from '../schemas.ts';
import { answerTable } from '../tables/answer.ts';
import { TABLE_CONTENT, type TableWanted } from '../tables/format.ts';
import { tableOf, wantedTable } from '../tables/list.ts';

/** `GET /api/reports/...`: what a project and its containers did in a day or month. */
export function reportRoutes(services: Services): App {
  const { api, now } = services;
  const inside = allow(services, INSIDE);
  const answers = {
    200: {
      description: 'The report',
      content: { 'application/json': { schema: Report }, ...TABLE_CONTENT },
    },
    default: problemResponse,
  };

  const ofDay = createRoute({
    method: 'get',
    path: '/api/reports/{projectId}/daily',
    summary: 'A day of a project and its containers: energy, hashes, power, availability, losses by cause, cost',
    middleware: inside,
    request: { params: ProjectPath, query: DailyQuery },
    responses: answers,
  });

  const ofMonth = createRoute({
    method: 'get',
    path: '/api/reports/{projectId}/monthly',
    summary: 'A month of a project, its days and its containers, as the sums of the daily reports',
    middleware: inside,
    request: { params: ProjectPath, query: MonthlyQuery },
    responses: answers,
  });

  const make = (c: Context<Signed>, projectId: string, periodOf: (timeZone: string) => Period): Promise<Made> =>
    withContext(api, readerOf(c.get('principal')), async (client) => {
      const project = await reportedProject(client, projectId);
      if (project === null) throw missing('project', projectId);
      return makeReport(client, project, periodOf(project.timeZone), now());
    });

  const asTable = (c: Context<Signed>, report: Made, wanted: TableWanted): Promise<Response> => {
    const { project, period } = report;
    const table = tableOf(c, {
      what: 'report',
      of: project.projectId,
      schema: ReportRow,
      rows: presentReportRows(report),
      timeOf: ({ from }) => from,
      zones: new Map([[project.projectId, project.timeZone]]),
      now: now(),
    });
    const name = [project.projectId, period.kind, period.name].join('_');
    const facts = { ...table.facts, period: period.name, tz: project.timeZone, complete: String(report.complete) };
    return answerTable(c, { ...table, name, facts }, wanted);
  };

  return createRouter()
    .openapi(ofDay, async (c) => {
      const { projectId } = c.req.valid('param');
      const query = c.req.valid('query');
      const wanted = wantedTable(c, query);
      const report = await make(c, projectId, (zone) => {
        const last = today(now(), zone);
        const date = query.date ?? daysFrom(last, -1);
        if (date > last) throw refusedField('/date', 'future', inFuture(date, last));
        const period = daily(date, zone);
        if (period === null) throw refusedField('/date', 'no_such_day', leftOut(date, zone));
        return period;
      });
      return wanted === null ? c.json(presentReport(report), 200) : asTable(c, report, wanted);
    })
    .openapi(ofMonth, async (c) => {
      const { projectId } = c.req.valid('param');
      const query = c.req.valid('query');
      const wanted = wantedTable(c, query);
      const report = await make(c, projectId, (zone) => {
        const last = today(now(), zone).slice(0, 7);
        const month = query.month ?? monthsFrom(last, -1);
        if (month > last) throw refusedField('/month', 'future', inFuture(month, last));
        return monthly(month, zone);
      });
      return wanted === null ? c.json(presentReport(report), 200) : asTable(c, report, wanted);
    });
}

function inFuture(asked: string, last: string): Bilingual {
  return say(
    `${asked} has not begun there: ask for ${last} at the latest.`,
    `${asked} n'a pas encore commencé là-bas : demandez ${last} au plus tard.`,
  );
}

function leftOut(date: string, zone: string): Bilingual {
  return say(
    `There was no ${date} in ${zone}: its clocks skipped the day.`,
    `Il n'y a pas eu de ${date} dans ${zone} : ses horloges ont sauté ce jour.`,
  );
}
