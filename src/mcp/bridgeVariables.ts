/** The environment of the bridge: where the window listens, and what it lets in. */
export const pipeVariable = 'TASKROUTER_MCP_PIPE';
export const tokenVariable = 'TASKROUTER_MCP_TOKEN';
