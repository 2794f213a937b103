import { useTranslation } from 'react-i18next';
import type { MinerDetail } from '../../api/miners.ts';
import { Icon } from '../../components/icon.tsx';
import type { Place } from '../../components/miner/grid.ts';
import { placeText } from '../../components/miner/place-words.ts';
import { QrCode } from '../../components/qr-code.tsx';
import { UNKNOWN } from '../../format.ts';
import { printLabel } from './print-label.ts';

/** What is glued to the miner's place: where it is, which one, and the way back to this page. */
export function LabelCard({ miner, container, place }: { miner: MinerDetail; container: string; place: Place | null }) {
  const { t } = useTranslation();
  const { miner_id: id, project_id: projectId, position, model, serial, mac } = miner;
  const address = `${location.origin}/projects/${projectId}/miners/${id}`;
  return (
    <section className="card labelcard" aria-labelledby="lb">
      <div className="card-h">
        <h2 id="lb">{t('miner.label')}</h2>
        <button type="button" className="btn sm end" onClick={printLabel}>
          <Icon name="print" small />
          {t('miner.print')}
        </button>
      </div>
      <div className="card-b">
        <div className="plate">
          <QrCode text={address} label={t('miner.qr', { address })} />
          <div className="plate-text">
            <b className="plate-place">{container}</b>
            <p className="cap">{placeText(t, position, place)}</p>
            <p className="mono">{id}</p>
            <p className="small">{model ?? UNKNOWN}</p>
            {serial !== null && <p className="mono">{serial}</p>}
            {mac !== null && <p className="mono">{mac}</p>}
          </div>
        </div>
        <p className="t2 small">{t('miner.labelHint')}</p>
      </div>
    </section>
  );
}
