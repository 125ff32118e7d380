// The bar above GraphiQL: which world, what time it is there, and who is asking. One click signs in.

import { usePageState } from './store.js';
import { dismissNotice, forgetValues, isPath, openPath, readClock, signInAs, signOut } from './world.js';

/** `2024-11-01T09:00:00+08:00` as people write it; the world's own offset, never the browser's. */
function clockFace(now) {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)/.exec(now ?? '') ?? [];
  return day ? `${day} ${time}` : '—';
}

function World({ world }) {
  return (
    <div className="world">
      <span className="label">
        世界 <i>World</i>
      </span>
      <b data-testid="world-name">{world.name ?? '—'}</b>
      <button type="button" className="clock" onClick={readClock} title="世界时间，点按刷新　World time, click to refresh">
        <time dateTime={world.now ?? undefined} data-testid="world-now">
          {clockFace(world.now)}
        </time>
      </button>
    </div>
  );
}

function Personas({ personas, session, signingIn }) {
  if (personas.status === 'loading') return <span className="muted">正在读取角色… Loading personas…</span>;
  if (personas.status === 'failed')
    return (
      <span className="muted" title={personas.why}>
        没有可用的角色 No personas in this world
      </span>
    );
  return personas.list.map(({ name, role, zh, en }) => {
    const chosen = session?.persona === name;
    return (
      <button
        type="button"
        key={name}
        className="persona"
        aria-pressed={chosen}
        aria-busy={signingIn === name}
        disabled={signingIn !== null}
        title={[zh, en, role].filter(Boolean).join('\n')}
        data-persona={name}
        onClick={() => signInAs(name)}
      >
        {name}
      </button>
    );
  });
}

function Whoami({ session }) {
  if (!session)
    return (
      <span className="whoami muted" data-testid="whoami">
        未登录 <i>Not signed in</i>
      </span>
    );
  return (
    <span className={session.expired ? 'whoami expired' : 'whoami'} data-testid="whoami">
      {session.expired ? (
        <>登录已失效，请再点一次 <i>Sign in again</i></>
      ) : (
        <>
          <span className="dot" /> {session.person ?? session.persona}
        </>
      )}
      <button type="button" className="plain" onClick={signOut}>
        退出 <i>Sign out</i>
      </button>
    </span>
  );
}

function Values({ values }) {
  const names = Object.keys(values);
  if (names.length === 0) return null;
  return (
    <details className="values">
      <summary title="前面标签页的结果，可在变量中写作 {{名字}}　Kept from earlier answers; write {{name}} in variables">
        已记住 <i>Kept</i> {names.length}
      </summary>
      <div>
        <dl>
          {names.map((name) => (
            <div key={name}>
              <dt>{`{{${name}}}`}</dt>
              <dd>
                {isPath(values[name]) && (
                  <button type="button" className="plain fresh" onClick={() => openPath(values[name])}>
                    打开 <i>Open</i>
                  </button>
                )}{' '}
                {JSON.stringify(values[name])}
              </dd>
            </div>
          ))}
        </dl>
        <button type="button" className="plain" onClick={forgetValues}>
          清除 <i>Clear</i>
        </button>
      </div>
    </details>
  );
}

export function Bar({ journeyChanged, restoreJourney }) {
  const { world, personas, session, signingIn, notice, values } = usePageState();
  return (
    <>
      <header className="bar">
        <span className="brand">
          参保 <i>Canbao</i>
        </span>
        <World world={world} />
        <div className="personas" role="group" aria-label="以角色登录 Sign in as">
          <span className="label">
            登录为 <i>Sign in as</i>
          </span>
          <Personas personas={personas} session={session} signingIn={signingIn} />
        </div>
        <Whoami session={session} />
        <Values values={values} />
        <button
          type="button"
          className={journeyChanged ? 'plain fresh' : 'plain'}
          onClick={restoreJourney}
          title="关闭现有标签页，重新打开示例流程　Closes your tabs and opens the example journey again"
        >
          恢复示例 <i>Restore tabs</i>
        </button>
      </header>
      {notice && (
        <p className="notice" role="alert">
          {notice}
          <button type="button" className="plain" onClick={dismissNotice}>
            关闭 <i>Close</i>
          </button>
        </p>
      )}
    </>
  );
}
