import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rulesQuery } from '../../api/alert-rules.ts';
import { type Alert, alertQuery, type BulkResult } from '../../api/alerts.ts';
import { projectsQuery } from '../../api/projects.ts';
import type { Taken } from '../../api/taking.ts';
import { useAcknowledge } from '../../api/use-acknowledge.ts';
import { type KeyActions, useKeys } from '../../components/keys.ts';
import { Empty, Failure, Panel, Skeleton } from '../../components/panel.tsx';
import { type Said, UndoToast } from '../../components/undo-toast.tsx';
import { useMay } from '../../session/session.ts';
import { BulkBar, BulkRefusals } from './bulk.tsx';
import type { Deed, Doing } from './deed.ts';
import { Detail } from './detail.tsx';
import { DoingDialog } from './doing.tsx';
import { stepped } from './grouping.ts';
import { Head } from './head.tsx';
import { focusedLine, focusLine, List } from './list.tsx';
import { ListFoot } from './list-foot.tsx';
import { focusNote } from './notes.tsx';
import { QualityPanel } from './quality-panel.tsx';
import { useSeen } from './seen.ts';
import { useChosen } from './use-chosen.ts';
import { useInbox } from './use-inbox.ts';
import { useOpened } from './use-opened.ts';
import { ViewsBar } from './views-bar.tsx';

/** The list of what is wrong, the detail of what is chosen in it, and what is being done. */
export function Inbox() {
  const { t } = useTranslation();
  const mayWork = useMay('work');
  const { filter, list, groups, counts, explains } = useInbox(useSearch({ from: '/shell/alerts' }));
  const listed = groups?.flatMap(({ alerts }) => alerts);
  const { search, isWide, open, close, change, show } = useOpened(list.isPlaceholderData ? undefined : listed);
  const { chosen, ids, toggle, choose } = useChosen(listed ?? []);
  const { data: rules } = useQuery(rulesQuery());
  const { data: projects } = useQuery(projectsQuery);
  const opened = useQuery({ ...alertQuery(search.alert ?? 0), enabled: search.alert !== undefined }).data;
  const seen = useSeen();
  const [doing, setDoing] = useState<Doing | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const [refusals, setRefusals] = useState<{ result: BulkResult; alerts: ReadonlyMap<number, Alert> } | null>(null);

  const done = (text: string, result: BulkResult | null, undo?: () => void): void => {
    setDoing(null);
    setSaid(result?.done === 0 ? null : { text, undo });
    setRefusals(
      result !== null && result.refused > 0 ? { result, alerts: new Map(chosen.map((a) => [a.id, a])) } : null,
    );
    // Those that were refused stay chosen, for something else to be done with them.
    if (result !== null) choose(result.data.flatMap(({ id, done: isDone }) => (isDone ? [] : [id])));
  };
  const taken = (what: Taken): void => {
    const { count, result, by, undoable } = what;
    const words = by === null ? t('alerts.said.acknowledge', { count }) : t('alerts.takenBefore', { name: by });
    done(words, result, undoable.length === 0 ? undefined : () => takeBack.mutate(what));
  };
  const { take, takeBack } = useAcknowledge({
    onTaken: taken,
    onTakenBack: (count) => setSaid({ text: t('alerts.said.unacknowledge', { count }) }),
  });
  const undo = (): void => {
    setSaid(null);
    said?.undo?.();
  };

  /** With which alerts the keys do something: those chosen, else the one that is open, else the one in focus. */
  const meant = (): readonly Alert[] => {
    if (chosen.length > 0) return chosen;
    const focused = listed?.find(({ id }) => id === focusedLine());
    const alert = opened ?? focused;
    return alert === undefined || alert.status === 'resolved' ? [] : [alert];
  };
  const start = (deed: Deed, alerts: readonly Alert[]): void => {
    if (alerts.length > 0) setDoing({ deed, alerts });
  };
  const acknowledge = (alerts: readonly Alert[]): void => {
    if (alerts.length > 0 && !take.isPending) take.mutate(alerts);
  };
  const step = (by: number): void => {
    const next = stepped(listed ?? [], focusedLine() ?? search.alert, by);
    if (next === undefined) return;
    focusLine(next.id);
    if (isWide || search.alert !== undefined) open(next.id);
  };
  const back = (): void => {
    if (chosen.length > 0) choose([]);
    else if (search.alert !== undefined) close();
  };
  const pick = (): void => {
    const id = focusedLine() ?? search.alert;
    if (id !== undefined) toggle(id);
  };

  const toggleQuality = (): void => show({ quality: search.quality === true ? undefined : true });

  const work: KeyActions = {
    a: () => acknowledge(meant().filter(({ status }) => status === 'active')),
    r: () => start('resolve', meant()),
    s: () => start('silence', meant()),
    n: focusNote,
    u: undo,
    x: pick,
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    Escape: back,
    ...(mayWork ? work : {}),
  });

  return (
    <>
      <Head
        counts={counts}
        filter={filter}
        quality={mayWork ? { isOpen: search.quality === true, onToggle: toggleQuality } : null}
      />
      {mayWork && search.quality === true && (
        <QualityPanel projectId={search.project} rules={rules} onClose={toggleQuality} />
      )}
      <ViewsBar
        search={search}
        counts={counts}
        projects={projects?.data ?? []}
        onView={(view) => change({ view: view === 'open' ? undefined : view })}
        onFilter={change}
      />
      {refusals !== null && <BulkRefusals {...refusals} rules={rules} onClose={() => setRefusals(null)} />}
      {take.error !== null && <Failure error={take.error} />}
      {takeBack.error !== null && <Failure error={takeBack.error} />}
      <div className={search.alert === undefined ? 'inbox' : 'inbox has-detail'}>
        <section className="card list" aria-label={t('alerts.title')} aria-busy={list.isPlaceholderData}>
          {chosen.length > 0 && (
            <BulkBar
              count={chosen.length}
              isBusy={take.isPending}
              onDo={(deed) => (deed === 'acknowledge' ? acknowledge(chosen) : start(deed, chosen))}
              onClear={() => choose([])}
            />
          )}
          <Panel of={{ ...list, data: groups }} skeleton={<ListSkeleton />}>
            {(known) => (
              <List
                groups={known}
                current={search.alert}
                opening={{ replace: isWide || search.alert !== undefined, resetScroll: !isWide }}
                empty={t(isFiltered(search) ? 'alerts.noneFound' : `alerts.none.${search.view ?? 'open'}`)}
                chosen={ids}
                onChoose={mayWork ? toggle : null}
                {...{ rules, explains, seen }}
              />
            )}
          </Panel>
          <ListFoot
            mayWork={mayWork}
            isLoading={list.isFetchingNextPage}
            onMore={list.hasNextPage ? () => void list.fetchNextPage() : null}
          />
        </section>
        {search.alert === undefined ? (
          <div className="card alert-detail">
            <Empty>{t('alerts.chooseOne')}</Empty>
          </div>
        ) : (
          <Detail
            key={search.alert}
            id={search.alert}
            isBusy={take.isPending || takeBack.isPending}
            onAcknowledge={(alert) => acknowledge([alert])}
            onTakeBack={({ id }) =>
              takeBack.mutate({ count: 1, result: null, by: null, undoable: [id], isAssigned: false })
            }
            onDo={(deed, alert) => start(deed, [alert])}
            onClose={close}
          />
        )}
      </div>
      {doing !== null && (
        <DoingDialog
          key={doing.deed}
          doing={doing}
          rules={rules}
          onDone={done}
          onInstead={setDoing}
          onClose={() => setDoing(null)}
        />
      )}
      <UndoToast said={said} onClose={() => setSaid(null)} />
    </>
  );
}

function ListSkeleton() {
  return (
    <div className="sec">
      <Skeleton rows={5} height={56} />
    </div>
  );
}

function isFiltered({ q, severity, project }: { q?: string; severity?: string; project?: string }): boolean {
  return [q, severity, project].some((value) => value !== undefined);
}
