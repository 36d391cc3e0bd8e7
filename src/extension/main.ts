// Activation: puts settings, engine, ghost text, status and commands together. Nothing here waits for the engine, and the
// engine starts only when a completion is first wanted.
import { platform, release } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { userDataFolder } from '../base/userFolder.ts';
import { type Device, protocolVersion } from '../protocol/messages.ts';
import { actions, type Manifest } from './actions.ts';
import type { Activity, Answer } from './askEngine.ts';
import { Battery } from './battery.ts';
import { menuCommand, registerCommands } from './commands.ts';
import { completionProviders } from './completionProviders.ts';
import { DeviceChoice, failureHoldsMs } from './deviceChoice.ts';
import { EditorOracle } from './editorOracle.ts';
import { EngineClient, type EngineState } from './engineClient.ts';
import { GhostText } from './ghostText.ts';
import { keptUsage } from './keptUsage.ts';
import { Log } from './log.ts';
import { Models } from './models.ts';
import { ReadOnlyTexts } from './readOnlyTexts.ts';
import { engineEnvironment, engineProgram } from './runtime.ts';
import {
  completionSettings,
  engineSettings,
  fileRules,
  idleTimeMs,
  lowBatteryPercent,
  onSettingsChange,
} from './settings.ts';
import { SlowPasses } from './slowPasses.ts';
import { soon } from './soon.ts';
import { Status } from './status.ts';
import { WorkspaceNews } from './workspaceFiles.ts';

/** A keystroke changes what the status says several times. */
const refreshMs = 50;
/** A battery is looked at so often. */
const batteryMs = 30_000;

export function activate(context: vscode.ExtensionContext): void {
  const channel = vscode.window.createOutputChannel('Palimpsest', { log: true });
  const log = new Log(channel);
  const inside = (...path: string[]): string => vscode.Uri.joinPath(context.extensionUri, ...path).fsPath;
  let busy = false;
  // asked for with every request, and with every key on a battery
  let idleMs = idleTimeMs();
  let lowPercent = lowBatteryPercent();
  let lastLatencyMs: number | undefined;
  let lastFailure: string | undefined;
  let note: string | undefined;
  const answers = new WeakMap<vscode.TextDocument, Answer>();
  const names = new EditorOracle(completionProviders);

  const program = engineProgram({ execPath: process.execPath, nodeVersion: process.versions.node });
  const environment = engineEnvironment(process.env);
  const places = {
    modelsPath: process.env.PALIMPSEST_MODELS ?? join(userDataFolder('palimpsest'), 'models'),
    embeddedPath: inside('models', 'palimpsest-135m'),
    grammarsPath: inside('grammars'),
    cachePath: vscode.Uri.joinPath(context.globalStorageUri, 'graphs').fsPath,
  };

  const devices = new DeviceChoice(context.globalState, `${platform()} ${release()} ${process.arch}`, (model) => {
    const used = engineSettings();
    if (used.device === 'auto' && used.model === model) renewEngineThatIsThere();
  });
  const slowPasses = new SlowPasses();
  /** The device that the engine was told, where nobody but a trial has chosen it. */
  let triedDevice: Device | undefined;

  const engine = new EngineClient({
    enginePath: inside('dist', 'engine.js'),
    program,
    environment,
    meetingsPath: vscode.Uri.joinPath(context.globalStorageUri, 'engines').fsPath,
    restartDelayMs: 250,
    idleMs: () => idleMs,
    options: () => {
      const { model, ...engineOptions } = engineSettings();
      triedDevice = engineOptions.device === 'auto' ? devices.of(model) : undefined;
      const { modelsPath, embeddedPath, grammarsPath, cachePath } = places;
      const storagePath = context.storageUri?.fsPath;
      return {
        protocolVersion,
        modelPath: model === '' ? embeddedPath : model,
        models: { modelsPath, embeddedPath },
        grammarsPath,
        cachePath,
        ...(storagePath === undefined ? {} : { storagePath }),
        environment,
        ...engineOptions,
        ...(triedDevice && { device: triedDevice }),
      };
    },
    names: (question) => names.names(question),
    file: (question) => workspaceNews.read(question),
    log: (message) => {
      log.write(message);
      if (message.isNote !== true) return;
      note = message.text;
      refresh();
    },
    changed: (state) => {
      // What an engine had to say, and what it was told, goes with it.
      if (state.kind !== 'ready') {
        note = undefined;
        workspaceNews.forget();
      }
      refresh();
      if (state.kind === 'failed' && triedDevice === 'webgpu') void leaveGpu(state.reason);
      else if (state.kind === 'failed') void sayFailed(state, log);
    },
  });

  const workspaceNews = new WorkspaceNews({
    rules: fileRules,
    send: (files) => engine.nameFiles(files),
  });

  const kept = keptUsage(context.globalState);
  const { usage } = kept;
  const activity: Activity = {
    working: (now) => {
      busy = now;
      models.working(now);
      refresh();
    },
    answered: (document, answer) => {
      if (answer.isNew) {
        usage.answeredIn(answer.latencyMs);
        if (triedDevice === 'webgpu' && slowPasses.isSlowAfter(answer.outcome, devices.slowMs(engineSettings().model)))
          void leaveGpu('its passes have become slow');
      }
      lastLatencyMs = answer.latencyMs;
      answers.set(document, answer);
      lastFailure = undefined;
      refresh();
      if (completionSettings(document).readWorkspace) void workspaceNews.noteUse(document);
    },
    failed: (reason) => {
      // The same complaint with every keystroke would bury the rest of the log.
      if (reason !== lastFailure) log.write({ level: 'warning', text: `no completion: ${reason}` });
      lastFailure = reason;
    },
    noted: (text) => {
      log.trace(text);
      // counts have changed
      refresh();
    },
  };
  const battery = new Battery({
    folder: '/sys/class/power_supply',
    everyMs: batteryMs,
    lowBelow: () => lowPercent,
    changed: () => refresh(),
  });
  void battery.watch();
  const ghostText = new GhostText(engine, activity, usage, battery);

  const status = new Status(menuCommand);
  const isEnabled = (): boolean => completionSettings(vscode.window.activeTextEditor?.document).enable;
  const refresh = soon(() => {
    const document = vscode.window.activeTextEditor?.document;
    const reason = document && ghostText.whyNot(document);
    const answer = document && answers.get(document);
    const { counts } = ghostText;
    status.show({
      engine: engine.state,
      enabled: isEnabled(),
      lowBattery: ghostText.lowBattery,
      busy,
      lastLatencyMs,
      counts,
      reason,
      answer,
      note,
    });
  }, refreshMs);

  const restartEngine = (): void => {
    ghostText.forget();
    engine.restart();
  };
  const renewEngineThatIsThere = (): void => {
    // one that is not there is started with what is new anyway
    if (engine.state.kind === 'stopped' || engine.state.kind === 'resting') return;
    ghostText.forget();
    engine.renew();
  };
  /** The GPU is there no more, or is taken by others: the CPU always is there. */
  const leaveGpu = async (reason: string): Promise<void> => {
    log.write({ level: 'warning', text: `the GPU is given up: ${reason}` });
    await devices.keep(engineSettings().model, { device: 'cpu' }, failureHoldsMs);
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Palimpsest: the GPU cannot be used at present, and the CPU is. It is tried again in an hour or so, or in Choose Model….',
      ),
    );
  };
  const texts = new ReadOnlyTexts();
  const models = new Models({
    bundlePath: inside('dist', 'models.js'),
    program,
    environment,
    places,
    log,
    secrets: context.secrets,
    memory: context.globalState,
    devices,
    mayTry: () => isEnabled() && ghostText.lowBattery === undefined && vscode.window.state.focused,
  });

  context.subscriptions.push(
    channel,
    engine,
    ghostText,
    battery,
    status,
    refresh,
    texts,
    models,
    kept,
    registerCommands(
      actions({
        ghostText,
        engine,
        usage,
        texts,
        log,
        models,
        restartEngine,
        manifest: manifestOf(context.extension),
        answerFor: (document) => answers.get(document),
      }),
    ),
    onSettingsChange((change) => {
      ghostText.settingsChanged();
      idleMs = idleTimeMs();
      lowPercent = lowBatteryPercent();
      if (change.engine) renewEngineThatIsThere();
      engine.idleTimeChanged();
      refresh();
    }),
    vscode.window.onDidChangeActiveTextEditor(refresh),
  );
  refresh();
}

function manifestOf({ packageJSON }: vscode.Extension<unknown>): Manifest {
  return packageJSON as Manifest;
}

/** One notification for one failure; the status items go on saying it. */
async function sayFailed(state: EngineState & { readonly kind: 'failed' }, log: Log): Promise<void> {
  const restart = vscode.l10n.t('Restart Engine');
  const choose = vscode.l10n.t('Choose Model…');
  const showLog = vscode.l10n.t('Show Log');
  const message = vscode.l10n.t(
    'Palimpsest cannot complete code: {0}. Choose another model, or restart the engine.',
    state.reason,
  );
  const chosen = await vscode.window.showErrorMessage(message, choose, restart, showLog);
  if (chosen === restart) await vscode.commands.executeCommand('palimpsest.restartEngine');
  if (chosen === choose) await vscode.commands.executeCommand('palimpsest.chooseModel');
  if (chosen === showLog) log.show();
}
