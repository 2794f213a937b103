import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Container } from '../../api/containers.ts';
import type { Project } from '../../api/projects.ts';
import { Icon } from '../../components/icon.tsx';
import { Menu } from '../../components/menu.tsx';
import { useMay } from '../../session/session.ts';
import { type Item, itemText, MOST_ITEMS } from './items.ts';
import type { Answered } from './measured.ts';
import { COLOURS } from './panels.ts';
import { Picker } from './picker.tsx';

interface BarProps {
  readonly answered: readonly Answered[];
  /** Undefined until they are known. */
  readonly projects: readonly Project[] | undefined;
  readonly containers: readonly Container[];
  readonly onChange: (items: readonly Item[]) => void;
}

/** What is compared, the first of which the others are held against; things come and go here. */
export function ItemBar({ answered, projects, containers, onChange }: BarProps) {
  const { t } = useTranslation();
  const items = answered.map(({ item }) => item);
  const isFull = items.length >= MOST_ITEMS;
  return (
    <section className="card items-bar" aria-label={t('compare.items')}>
      <ul>
        {answered.map(({ item, label }, i) => (
          <li key={itemText(item)} className="item-chip">
            {items.length <= COLOURS.length && (
              <i className="swatch" style={{ '--c': `var(${COLOURS[i]})` } as React.CSSProperties} />
            )}
            <ItemLink item={item}>{label}</ItemLink>
            {i === 0 && items.length > 1 && <span className="t2 small">{t('compare.first')}</span>}
            <button
              type="button"
              className="btn ghost sm icon"
              aria-label={t('compare.remove', { name: label })}
              title={t('compare.remove', { name: label })}
              onClick={() => onChange(items.filter((other) => other !== item))}
            >
              <Icon name="close" small />
            </button>
          </li>
        ))}
        <li>
          {isFull ? (
            <span className="t2 small">{t('compare.full', { count: MOST_ITEMS })}</span>
          ) : (
            projects !== undefined && (
              <Menu
                form
                className={items.length === 0 ? 'btn primary' : 'btn'}
                button={
                  <>
                    <Icon name="plus" />
                    {t('compare.add')}
                  </>
                }
              >
                {(close) => (
                  <Picker
                    items={items}
                    projects={projects}
                    containers={containers}
                    onPick={(item) => {
                      onChange([...items, item]);
                      if (items.length + 1 >= MOST_ITEMS) close();
                    }}
                  />
                )}
              </Menu>
            )
          )}
        </li>
      </ul>
      {projects !== undefined && items.length === 0 && <p className="t2">{t('compare.empty')}</p>}
    </section>
  );
}

function ItemLink({ item: { kind, id, projectId }, children }: { item: Item; children: React.ReactNode }) {
  const mayInside = useMay('inside');
  if (kind === 'project')
    return (
      <Link className="link" to="/projects/$projectId" params={{ projectId }}>
        {children}
      </Link>
    );
  if (!mayInside) return <span>{children}</span>;
  return (
    <Link className="link" to="/projects/$projectId/containers/$containerId" params={{ projectId, containerId: id }}>
      {children}
    </Link>
  );
}
