-- A real editor speaks with `stepglass dap`: Neovim shows the run's document, follows the cursor forwards and back, sets a
-- breakpoint on a line of its buffer, asks about the word under its cursor, forks. Started by DapTests.swift as
--   nvim --headless -u NONE -i NONE -c "luafile dap_editor.lua"
-- with the command in EXE; ends with 0 and "done", or with 1 and what was wrong.

local uv = vim.loop
local number, answers, events, unread = 0, {}, {}, ""
local stdin, stdout = uv.new_pipe(false), uv.new_pipe(false)

local function leave(code, text)
  io.stdout:write(text .. "\n")
  vim.cmd(code == 0 and "qa!" or "cq!")
end

local function check(holds, what)
  if not holds then error(what .. "\n" .. debug.traceback()) end
end

local process = uv.spawn(vim.env.EXE, { args = { "dap", "--lang", "en" }, stdio = { stdin, stdout, 2 } }, function() end)
check(process, "the adapter did not start")

stdout:read_start(function(problem, data)
  if problem or not data then return end
  unread = unread .. data
  while true do
    local _, last, length = unread:find("^Content%-Length: (%d+)\r\n\r\n")
    if not last or #unread < last + tonumber(length) then return end
    local body = unread:sub(last + 1, last + tonumber(length))
    unread = unread:sub(last + tonumber(length) + 1)
    vim.schedule(function()
      local message = vim.fn.json_decode(body)
      if message.type == "response" then answers[message.request_seq] = message else table.insert(events, message) end
    end)
  end
end)

local function ask(command, arguments)
  number = number + 1
  local own = number
  local body = vim.fn.json_encode({ seq = own, type = "request", command = command, arguments = arguments or vim.empty_dict() })
  stdin:write("Content-Length: " .. #body .. "\r\n\r\n" .. body)
  check(vim.wait(60000, function() return answers[own] ~= nil end, 5), command .. " has no answer")
  check(answers[own].success, command .. ": " .. tostring(answers[own].message))
  return answers[own].body
end

local function await(name)
  local found
  check(vim.wait(60000, function()
    while #events > 0 and not found do
      local event = table.remove(events, 1)
      if event.event == name then found = event.body end
    end
    return found ~= nil
  end, 5), name .. " did not come")
  return found
end

-- The buffer of the run, with the sign where the cursor stands.
local buffer = vim.api.nvim_create_buf(true, true)
vim.api.nvim_set_current_buf(buffer)
vim.fn.sign_define("StepglassHere", { text = "▶" })
vim.fn.sign_define("StepglassStop", { text = "●" })

local function follow(thread)
  local frame = ask("stackTrace", { threadId = thread }).stackFrames[1]
  local content = ask("source", { sourceReference = frame.source.sourceReference, source = frame.source }).content
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(content, "\n"))
  vim.api.nvim_win_set_cursor(0, { frame.line, 0 })
  vim.fn.sign_unplace("here")
  vim.fn.sign_place(1, "here", "StepglassHere", buffer, { lnum = frame.line })
  return frame
end

local function line() return vim.api.nvim_get_current_line() end

local function move(command, thread)
  ask(command, { threadId = thread })
  local stopped = await("stopped")
  return follow(stopped.threadId), stopped
end

local function session()
  local can = ask("initialize", { adapterID = "stepglass", clientID = "neovim", linesStartAt1 = true, columnsStartAt1 = true })
  check(can.supportsStepBack, "no way back")
  ask("launch", {
    model = "tiny", prompt = "The capital of France is", maxTokens = 8, seed = "5",
    settings = { ["min-tokens"] = 8, ["temperature"] = 1.2 },
  })
  await("initialized")
  ask("configurationDone")
  check(await("stopped").reason == "entry", "no stop on entry")
  check(follow(1).name == "the prompt" and line() == '" is"', "not at the prompt: " .. line())

  -- Forwards and back: the buffer's line is the frame's token each time.
  local lines = {}
  for step = 0, 3 do
    local frame = move("next", 1)
    check(frame.name == "step " .. step .. ": " .. line(), frame.name .. " on the line " .. line())
    lines[step] = line()
  end
  for step = 2, 0, -1 do
    local frame = move("stepBack", 1)
    check(frame.name == "step " .. step .. ": " .. lines[step] and line() == lines[step], "back at " .. frame.name)
  end
  check(move("stepBack", 1).name == "the prompt", "not back at the prompt")

  -- A breakpoint on the line of step 2, as a sign of the buffer.
  vim.fn.sign_place(2, "stops", "StepglassStop", buffer, { lnum = 8 })
  local placed = vim.fn.sign_getplaced(buffer, { group = "stops" })[1].signs[1].lnum
  local set = ask("setBreakpoints", { source = { sourceReference = 2 }, breakpoints = { { line = placed } } })
  check(set.breakpoints[1].verified, "the breakpoint was not set")
  local frame, stopped = move("continue", 1)
  check(stopped.reason == "breakpoint" and frame.line == 8 and line() == lines[2], "stopped at " .. frame.name)

  -- Under the cursor; inside; a fork.
  local shown = ask("evaluate", {
    expression = vim.fn.expand("<cWORD>"), context = "hover", line = vim.fn.line("."), source = { sourceReference = 2 },
  }).result
  check(shown:find(lines[2], 1, true) and shown:find("temperature", 1, true), shown)
  check(move("stepIn", 1).name == "tokenize" and move("stepOut", 1).name:find("^step 2"), "not in and out")
  local scopes = ask("scopes", { frameId = follow(1).id }).scopes
  for _, scope in ipairs(scopes) do
    if scope.name == "Draw" then
      ask("setVariable", { variablesReference = scope.variablesReference, name = "token", value = "top(2)" })
    end
  end
  local forked = await("stopped")
  check(forked.threadId == 2 and follow(2).source.sourceReference == 4, "no fork")
  check(line() ~= lines[2] and #ask("threads").threads == 2, "the same token as before: " .. line())
  ask("disconnect")
end

local ok, problem = pcall(session)
leave(ok and 0 or 1, ok and "done" or tostring(problem))
