import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { MinerDetail } from '../../api/miners.ts';
import { Icon } from '../../components/icon.tsx';
import { shortId } from '../../components/short-id.ts';
import { printLabel } from './print-label.ts';

/** Which miner it is, and what may be done from here. */
export function Head({ miner }: { miner: MinerDetail }) {
  const { t } = useTranslation();
  const { miner_id: id, container_id: containerId, project_id: projectId, model, slot } = miner;
  return (
    <div className="head">
      <div className="grow">
        <h1>{id}</h1>
        <p className="sub">
          {model !== null && <span>{model}</span>}
          <span>{shortId(containerId, projectId)}</span>
          {slot !== null && <span>{slot}</span>}
        </p>
      </div>
      <div className="row wrap">
        <Link
          className="btn"
          to="/projects/$projectId/containers/$containerId"
          params={{ projectId, containerId }}
          search={{ miner: id }}
        >
          <Icon name="grid" />
          {t('miner.onMap')}
        </Link>
        <button type="button" className="btn not-phone" onClick={printLabel}>
          <Icon name="print" />
          {t('miner.print')}
        </button>
      </div>
    </div>
  );
}
