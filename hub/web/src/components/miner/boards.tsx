import { useTranslation } from 'react-i18next';
import type { MinerDetail } from '../../api/miners.ts';
import { duration, number } from '../../format.ts';
import { useNow } from '../use-now.ts';

/** The miner's hashboards as they were last told, seldomer than the rest. */
export function Boards({ boards }: { boards: MinerDetail['boards'] }) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <div className="sec">
      <div className="row">
        <h3>{t('container.boards')}</h3>
        {boards !== null && (
          <span className="t2 small end">
            {t('container.boardsOf', { time: duration((now - Date.parse(boards.observed_at)) / 1000) })}
          </span>
        )}
      </div>
      {boards === null ? (
        <p className="t2">{t('container.noBoards')}</p>
      ) : (
        <table className="tbl boards">
          <thead>
            <tr>
              <th>#</th>
              <th className="num">TH/s</th>
              <th className="num">{t('container.chip')} °C</th>
              <th className="num">{t('container.board')} °C</th>
              <th className="num">{t('container.chips')}</th>
              <th className="num">{t('container.frequency')}</th>
              <th className="num">{t('container.errors')}</th>
            </tr>
          </thead>
          <tbody>
            {boards.boards.map((board) => (
              <tr key={board.board}>
                <td>{board.board}</td>
                <td className="num n">{number(board.hashrate_ths, 1)}</td>
                <td className="num n">{number(board.temp_chip_c)}</td>
                <td className="num n">{number(board.temp_board_c)}</td>
                <td className="num n">{number(board.chips_active)}</td>
                <td className="num n">{number(board.frequency_mhz)}</td>
                <td className="num n">{number(board.hw_errors)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
