// The bar above GraphiQL: which world, what time it is there, and who is asking. One click signs in.

import { useEffect, useRef } from 'react';

import { usePageState } from './store.js';
import { choose, journey, journeyChanged, journeys, restoreJourney } from './tabs.js';
import { knownIn } from './values.js';
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

/** A menu that closes when the reader turns to something else. */
function Menu({ className, summary, hint, children }) {
  const menu = useRef(null);
  useEffect(() => {
    const close = (event) => {
      const elsewhere = event.type === 'keydown' ? event.key === 'Escape' : !menu.current.contains(event.target);
      if (elsewhere) menu.current.open = false;
    };
    document.addEventListener('pointerdown', close, true);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('pointerdown', close, true);
      document.removeEventListener('keydown', close);
    };
  }, []);
  return (
    <details className={`menu ${className}`} ref={menu}>
      <summary title={hint}>{summary}</summary>
      <div>{children(() => (menu.current.open = false))}</div>
    </details>
  );
}

function Everybody({ personas, session }) {
  if (personas.list.length === 0) return null;
  const summary = (
    <>
      全部 <i>All</i> {personas.list.length}
    </>
  );
  return (
    <Menu className="choices everybody" summary={summary} hint="所有角色和他们的处境　All personas and their situations">
      {(close) =>
        personas.list.map(({ name, zh, en, promises }) => (
          <button
            type="button"
            key={name}
            aria-pressed={session?.persona === name}
            data-situation={name}
            onClick={() => {
              close();
              signInAs(name);
            }}
          >
            <b>{name}</b>
            <span lang="zh-CN">{zh}</span>
            <span lang="en">{en}</span>
            {promises.map((promise, place) => (
              <small key={place} className="promise">
                <span lang="zh-CN">{promise.zh}</span> <i lang="en">{promise.en}</i>
              </small>
            ))}
          </button>
        ))
      }
    </Menu>
  );
}

/** What there is to try: each journey has tabs of its own, and a persona to begin as. */
function Journeys() {
  const summary = (
    <>
      {journey.zh} <i>{journey.en}</i>
    </>
  );
  const begin = async ({ name, persona }) => {
    await signInAs(persona);
    choose(name);
  };
  return (
    <Menu className="choices journeys" summary={summary} hint="办什么：选一个流程　What to do: choose a journey">
      {() =>
        journeys.map((one) => (
          <button
            type="button"
            key={one.name}
            aria-pressed={one.name === journey.name}
            data-journey={one.name}
            onClick={() => begin(one)}
          >
            <b>
              {one.zh} {one.en}
            </b>
            <span lang="zh-CN">{one.aboutZh}</span>
            <span lang="en">{one.aboutEn}</span>
          </button>
        ))
      }
    </Menu>
  );
}

/** Who the reader is now and what there is to try, and the pages that answers led to; before that, where to begin. */
function Situation({ session, values }) {
  const { zh, en } = session?.situation ?? {
    zh: `${journey.aboutZh}先点选一个角色登录，例如 ${journey.persona}，再从左到右依次运行各标签页，无需填写任何内容。`,
    en:
      `${journey.aboutEn} Sign in as a persona, such as ${journey.persona}, then run the tabs from left to right, ` +
      'without typing anything.',
  };
  return (
    <div className="situation" data-testid="situation">
      <p>
        <span lang="zh-CN" title={zh}>
          {zh}
        </span>
        <span lang="en" title={en}>
          {en}
        </span>
      </p>
      <Pages values={values} />
    </div>
  );
}

function Personas({ personas, session, signingIn }) {
  const persona = session?.persona;
  useEffect(() => {
    document.querySelector('.persona[aria-pressed=true]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [persona, personas.status]);
  if (personas.status === 'loading') return <span className="muted">正在读取角色… Loading personas…</span>;
  if (personas.status === 'failed')
    return (
      <span className="muted" title={personas.why}>
        没有可用的角色 No personas in this world
      </span>
    );
  return personas.list.map(({ name, role, zh, en }) => {
    const chosen = persona === name;
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

const KEPT_HINT =
  '角色所知与前面标签页的结果，可在变量中写作 {{名字}}　' +
  'What the persona knows and earlier answers gave; write {{name}} in variables';

function Values({ known, answered }) {
  const names = Object.keys(known);
  if (names.length === 0) return null;
  const summary = (
    <>
      已记住 <i>Kept</i> {names.length}
    </>
  );
  return (
    <Menu className="values" summary={summary} hint={KEPT_HINT}>
      {() => (
        <>
          <dl>
            {names.map((name) => (
              <div key={name}>
                <dt>{`{{${name}}}`}</dt>
                <dd>{JSON.stringify(known[name])}</dd>
              </div>
            ))}
          </dl>
          {answered && (
            <button type="button" className="plain" onClick={forgetValues}>
              清除各标签页的结果 <i>Clear what answers gave</i>
            </button>
          )}
        </>
      )}
    </Menu>
  );
}

const PAGES = { receipts: ['打开凭证', 'Open receipt'], certificates: ['打开缴费证明', 'Open certificate'] };

/** Pages of this world that an answer named, such as a receipt's printable one. */
function Pages({ values }) {
  return Object.entries(values)
    .filter(([, value]) => isPath(value))
    .map(([name, path]) => {
      const [zh, en] = PAGES[path.split('/')[3]];
      return (
        <button type="button" key={name} className="plain fresh" title={path} data-page={name} onClick={() => openPath(path)}>
          {zh} <i>{en}</i>
        </button>
      );
    });
}

export function Bar() {
  const { world, personas, session, signingIn, notice, values } = usePageState();
  return (
    <>
      <header className="bar">
        <span className="brand">
          参保 <i>Canbao</i>
        </span>
        <World world={world} />
        <Journeys />
        <div className="personas" role="group" aria-label="以角色登录 Sign in as">
          <span className="label">
            登录为 <i>Sign in as</i>
          </span>
          <Personas personas={personas} session={session} signingIn={signingIn} />
        </div>
        <Everybody personas={personas} session={session} />
        <Whoami session={session} />
        <Values known={knownIn({ session, values })} answered={Object.keys(values).length > 0} />
        <button
          type="button"
          className={journeyChanged ? 'plain fresh' : 'plain'}
          onClick={restoreJourney}
          title="关闭现有标签页，重新打开示例流程　Closes your tabs and opens the example journey again"
        >
          恢复示例 <i>Restore tabs</i>
        </button>
      </header>
      <Situation session={session} values={values} />
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
