// What is known of a model, of work on it and of trouble with it → words for the user.
import type { Trial, Trouble, WorkProgress } from '../protocol/modelMessages.ts';
import type { DownloadProgress, ModelSpeed } from '../protocol/models.ts';
import type { Translate } from './silence.ts';

export function bytesText(bytes: number): string {
  return bytes < 999.5e6 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function leftText(seconds: number, t: Translate): string {
  if (seconds < 90) return t('{0} s left', Math.ceil(seconds));
  return seconds < 5400 ? t('{0} min left', Math.round(seconds / 60)) : t('{0} h left', Math.round(seconds / 3600));
}

/** What is being done, for beside a bar. */
export function workText(progress: WorkProgress, t: Translate): string {
  switch (progress.stage) {
    case 'waiting':
      return t('another window is downloading it: waiting for that');
    case 'downloading':
    case 'copying':
      return transferText(progress.download, t);
    case 'preparing':
      return t('building its graph, {0} %', Math.round(100 * progress.fraction));
    case 'trying':
      return t('trying how fast it is here');
  }
}

function transferText({ doneBytes, totalBytes, bytesPerSecond, secondsLeft }: DownloadProgress, t: Translate): string {
  const parts = [t('{0} of {1}', bytesText(doneBytes), bytesText(totalBytes))];
  if (bytesPerSecond > 0) parts.push(t('{0} MB/s', (bytesPerSecond / 1e6).toFixed(1)));
  if (secondsLeft !== undefined) parts.push(leftText(secondsLeft, t));
  return parts.join(', ');
}

/** The share of its work that is done, 0 to 1; undefined where nobody knows. */
export function shareOf(progress: WorkProgress): number | undefined {
  if (progress.stage === 'waiting') return undefined;
  return 'download' in progress ? progress.download.doneBytes / progress.download.totalBytes : progress.fraction;
}

/** How a wait for the first draft feels while typing. */
export type Quickness = 'quick' | 'fair' | 'slow';

/** Longest waits for a first draft, in milliseconds: between two words, and between two lines. */
const quickMs = 300;
const fairMs = 1_000;
/** Passes that a first draft takes, and what belongs to it. */
const draftPasses = 5;

function quicknessOf(firstDraftMs: number): Quickness {
  return firstDraftMs <= quickMs ? 'quick' : firstDraftMs <= fairMs ? 'fair' : 'slow';
}

function quicknessText(quickness: Quickness, t: Translate): string {
  switch (quickness) {
    case 'quick':
      return t('quick');
    case 'fair':
      return t('some waiting');
    case 'slow':
      return t('too slow to type with');
  }
}

/** What decoding takes on this machine. */
export function speedText({ tokenMs, isMeasured }: ModelSpeed, t: Translate): string {
  const verdict = quicknessText(quicknessOf(draftPasses * tokenMs), t);
  const rate = rateText(1000 / tokenMs);
  return isMeasured ? t('{0} tokens/s: {1}', rate, verdict) : t('about {0} tokens/s: {1}', rate, verdict);
}

function rateText(perSecond: number): string {
  return perSecond.toFixed(perSecond < 9.95 ? 1 : 0);
}

/** How a trial went. */
export function trialText(
  name: string,
  trial: Trial,
  t: Translate,
): { readonly text: string; readonly isSlow: boolean } {
  const { device, firstDraftMs, tokensPerSecond, isCut } = trial;
  const quickness = isCut ? 'slow' : quicknessOf(firstDraftMs);
  const wait = isCut
    ? t('no first draft within {0} s', Math.round(firstDraftMs / 1000))
    : t('first draft after {0} ms, {1} tokens/s', Math.round(firstDraftMs), rateText(tokensPerSecond));
  const text = t('{0} runs on the {1}: {2}. {3}', name, deviceText(device), wait, verdictText(quickness, t));
  return { text, isSlow: quickness === 'slow' };
}

function deviceText(device: Trial['device']): string {
  return device === 'cpu' ? 'CPU' : 'GPU';
}

function verdictText(quickness: Quickness, t: Translate): string {
  switch (quickness) {
    case 'quick':
      return t('It is quick enough to type with.');
    case 'fair':
      return t('You will wait for it now and then.');
    case 'slow':
      return t('It is too slow to type with on this machine.');
  }
}

/** What can be done about trouble at the press of a button. */
export type Way = 'retry' | 'enterToken' | 'openPage' | 'openHubSetting' | 'openProxySettings' | 'showLog';

export interface Saying {
  readonly text: string;
  /** Nothing has gone wrong. */
  readonly isCalm: boolean;
  readonly ways: readonly Way[];
}

/** What to say of trouble with the model called `name`; undefined where the user knows, having stopped it. */
export function troubleSaying({ kind, message }: Trouble, name: string, t: Translate): Saying | undefined {
  const saying = (text: string, ...ways: readonly Way[]): Saying => ({ text, isCalm: false, ways });
  switch (kind) {
    case 'cancelled':
      return undefined;
    case 'busy':
      return {
        text: t('Another window is at work on {0}: wait until it is done, or stop it there.', name),
        isCalm: true,
        ways: [],
      };
    case 'signIn':
      return saying(
        t(
          '{0} was not downloaded: a web page answers in place of the hub. Sign in to the network in a browser, and try again.',
          name,
        ),
        'retry',
        'openHubSetting',
      );
    case 'network':
      return saying(
        t(
          '{0} was not downloaded: the hub cannot be reached. Check the network and the proxy, and try again; what is here already is kept.',
          name,
        ),
        'retry',
        'openProxySettings',
      );
    case 'certificate':
      return saying(
        t(
          '{0} was not downloaded: the certificate of the hub, or of a proxy before it, is not trusted. Add the one of your company to those that your system trusts, or name its file in NODE_EXTRA_CA_CERTS.',
          name,
        ),
        'retry',
        'showLog',
      );
    case 'gated':
      return saying(
        t(
          '{0} is given to signed-in accounts alone: accept its conditions on its page, and enter a token of the same account, made in its settings.',
          name,
        ),
        'enterToken',
        'openPage',
      );
    case 'missing':
      return saying(
        t(
          'The hub does not have {0} as it is known here: check the setting palimpsest.hub, or update the extension.',
          name,
        ),
        'openHubSetting',
        'showLog',
      );
    case 'server':
      return saying(t('{0} was not downloaded: the hub is in trouble. Try again later.', name), 'retry', 'showLog');
    case 'damaged':
      return saying(
        t('What arrived is not {0} as the hub has it: try again, on another network or with another hub.', name),
        'retry',
        'openHubSetting',
        'showLog',
      );
    case 'disk':
      return saying(t('{0} was not installed. {1}', name, message), 'retry');
    case 'name':
      return saying(message);
    case 'unusable':
      return saying(t('{0} cannot be used. {1}', name, message), 'showLog');
    case 'fault':
      return saying(t('{0}: {1}', name, message), 'retry', 'showLog');
  }
}

export function wayText(way: Way, t: Translate): string {
  switch (way) {
    case 'retry':
      return t('Try Again');
    case 'enterToken':
      return t('Enter Token');
    case 'openPage':
      return t('Open Page');
    case 'openHubSetting':
      return t('Open Setting');
    case 'openProxySettings':
      return t('Proxy Settings');
    case 'showLog':
      return t('Show Log');
  }
}
