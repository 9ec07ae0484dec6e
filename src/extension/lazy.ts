/**
 * What activation does not need, in a separate bundle: the pages, with the explanations, the questions of signing in,
 * what asks for the target of a command, and zod. Imported on first use.
 */
export { createModalConfirmation } from './actions/confirm';
export { showInterrupted } from './actions/interrupted';
export { Picks } from './actions/picks';
export { createSend } from './actions/send';
export { SendOnce } from './actions/sendOnce';
export { TestFiles } from './actions/testController';
export { compareWorkflow } from './features/change/compareWorkflow';
export { ResourceFiles } from './features/change/resourceFiles';
export { attributesKind } from './features/change/saveAttributes';
export { workflowKind } from './features/change/saveWorkflow';
export { NewTasks } from './features/change/newTasks';
export { Bulk } from './features/bulk/bulk';
export { CallbackBenches } from './features/callbacks/callbackBenches';
export { recordingTests } from './features/callbacks/recordingTests';
export { TaskChanges } from './features/change/taskChanges';
export { WorkerChanges } from './features/change/workerChanges';
export { ConfigurationRows } from './features/explorer/configurationRows';
export { jsonText } from './features/explorer/jsonText';
export { SavedQueryRows } from './features/explorer/savedQueryRows';
export { GoTo } from './features/goTo/goTo';
export { LinkFollower } from './features/goTo/linkFollower';
export { copyLink, followLink, openInConsole, showSkippedLinks } from './features/goTo/links';
export { ToolAnswers } from './features/languageModel/toolAnswers';
export { pickFilter } from './features/live/pickFilter';
export { subscribe, unsubscribe } from './features/live/subscriptionPick';
export { pickRequest } from './features/log/pickRequest';
export { showReleaseNotes } from './features/releaseNotes/showReleaseNotes';
export { pickActivity } from './features/reservation/activityPick';
export { OpenForm } from './features/reservation/openForm';
export { parseFormMemory } from './features/reservation/pageMessage';
export { prepareReservation } from './features/reservation/prepare';
export { WorkerPicks } from './features/reservation/workerPick';
export { PresetPicks } from './features/reservation/presetPicks';
export { changeAccount, enterSecret } from './features/signIn/changeAccount';
export { connectLocal, signIn } from './features/signIn/signIn';
export { countTasks } from './features/table/countTasks';
export { openTable } from './features/table/openTable';
export { parseTableMemory } from './features/table/pageMessage';
export { SavedQueries } from './features/table/savedQueries';
export { OpenTask } from './features/task/openTask';
export { OpenWorker } from './features/task/openWorker';
export { parseTaskMemory } from './features/task/pageMessage';
export { routeTests } from './features/workflowFiles/routeTests';
export { TryWorkflows } from './features/workflowFiles/tryWorkflow';
export { WorkflowLanguage } from './features/workflowFiles/workflowLanguage';
