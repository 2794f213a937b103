import { useTranslation } from 'react-i18next';
import type { MinerDetail } from '../../api/miners.ts';
import { Empty } from '../../components/panel.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { useNow } from '../../components/use-now.ts';
import { duration, number, temperature, text } from '../../format.ts';
import { expectedOfBoard, lookOfBoard } from './board-looks.ts';

/** The hashboards, each against its share of what is expected. They are told seldomer than the rest. */
export function BoardList({ miner }: { miner: MinerDetail }) {
  const { t } = useTranslation();
  const now = useNow();
  const { boards } = miner;
  const expected = expectedOfBoard(miner);
  return (
    <section className="card boardlist" aria-labelledby="bd">
      <div className="card-h">
        <h2 id="bd">{t('container.boards')}</h2>
        {boards !== null && (
          <span className="t2 small end">
            {t('container.boardsOf', { time: duration((now - Date.parse(boards.observed_at)) / 1000) })}
          </span>
        )}
      </div>
      {boards === null ? (
        <Empty>{t('container.noBoards')}</Empty>
      ) : (
        <ul>
          {boards.boards.map((board) => {
            const { mark, share } = lookOfBoard(board, expected);
            return (
              <li key={board.board} data-s={mark}>
                <StatusMark mark={mark} large />
                <span className="bn">
                  <span className="sr">{t('container.board')} </span>
                  {board.board}
                </span>
                <div className="bullet of-status" aria-hidden="true">
                  {share !== null && <i style={{ inlineSize: `${Math.min(104, share) * 0.96}%` }} />}
                  {expected !== null && <b style={{ insetInlineStart: '96%' }} />}
                </div>
                <span className="lg n">{text({ value: number(board.hashrate_ths, 1), unit: 'TH/s' })}</span>
                <span className="lg n">{text(temperature(board.temp_chip_c))}</span>
                <p className="t2 small dots">
                  {mark === 'critical' && <b className="wrong">{t('miner.missing')}</b>}
                  <span>{t('miner.boardOf', { value: text(temperature(board.temp_board_c)) })}</span>
                  <span>
                    {t('miner.water', {
                      inlet: number(board.temp_inlet_c, 1),
                      outlet: text(temperature(board.temp_outlet_c)),
                    })}
                  </span>
                  <span>{t('miner.chips', { value: number(board.chips_active) })}</span>
                  <span>{text({ value: number(board.frequency_mhz), unit: 'MHz' })}</span>
                  <span>{t('miner.errors', { value: number(board.hw_errors) })}</span>
                </p>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
