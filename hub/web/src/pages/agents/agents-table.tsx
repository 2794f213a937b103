import { useTranslation } from 'react-i18next';
import type { Agent } from '../../api/agents.ts';
import { useRoving } from '../../components/use-roving.ts';
import { dataSize, difference, number, text, UNKNOWN } from '../../format.ts';
import { AgentHealth } from './agent-health.tsx';
import { healthOf, MARKS, versionOf } from './health.ts';

/** One line an agent; the lines are one tab stop. */
export function AgentsTable({
  agents,
  current,
  hasProject,
  onChoose,
}: {
  agents: readonly Agent[];
  current: string | undefined;
  /** Whether they are of several projects. */
  hasProject: boolean;
  onChoose: (agentId: string) => void;
}) {
  const { t } = useTranslation();
  const { gridProps, current: stop, choose } = useRoving(agents.map(({ agent_id: id, name }) => ({ id, name })));
  const columns = ['waiting', 'version', 'clock', 'containers'] as const;
  return (
    <div className="card-b">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys go from line to line wherever the focus is in it */}
      <div ref={gridProps.ref as React.Ref<HTMLDivElement>} onKeyDown={gridProps.onKeyDown}>
        <table className="tbl agents-table">
          <thead>
            <tr>
              <th scope="col">{t('agents.agent')}</th>
              <th scope="col">{t('agents.state')}</th>
              {columns.map((column) => (
                <th key={column} scope="col" className={column === 'version' ? '' : 'num'}>
                  {t(`agents.column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {agents.map((agent) => {
              const { agent_id: id, name } = agent;
              const offset = agent.clock_offset_ms;
              return (
                <tr key={id} data-s={MARKS[healthOf(agent)]} className={agent.status === 'revoked' ? 'is-over' : ''}>
                  <th scope="row">
                    <button
                      type="button"
                      className="agent-name"
                      data-cell={id}
                      tabIndex={id === stop ? 0 : -1}
                      aria-current={id === current}
                      onFocus={() => choose(id)}
                      onClick={() => onChoose(id)}
                    >
                      {name}
                    </button>
                    {hasProject && <span className="tag">{agent.project_id}</span>}
                  </th>
                  <td>
                    <AgentHealth agent={agent} />
                  </td>
                  <td className="num" data-label={t('agents.column.waiting')}>
                    {waitingText(agent)}
                  </td>
                  <td data-label={t('agents.column.version')}>{versionOf(agent) ?? UNKNOWN}</td>
                  <td className="num" data-label={t('agents.column.clock')}>
                    {text({ value: difference(offset), unit: 'ms' })}
                  </td>
                  <td className="num" data-label={t('agents.column.containers')}>
                    {number(agent.containers_count)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );

  function waitingText({ depth_batches: batches, depth_bytes: bytes }: Agent): string {
    if (!batches) return number(batches);
    return bytes === null ? number(batches) : `${number(batches)} · ${text(dataSize(bytes))}`;
  }
}
