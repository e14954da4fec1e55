-- For wrk: sends the request bodies of a file in turn and tells in one line of JSON what came of it.
-- load.lua BODIES [LIMIT]: sends so many and waits for all answers, otherwise goes on until wrk's time is up.

local requests, sent, planned, answered, refused, limit = {}, 0, 0, 0, 0, 0

-- Milliseconds before a connection sends its next request; those beyond the limit never come to it.
local function wait()
  planned = planned + 1
  return planned > limit and 1e9 or 0
end

-- Ends the process: wrk itself would sleep until its time is up.
local function count(status)
  answered = answered + 1
  if status ~= 200 then
    refused = refused + 1
  end
  if answered == limit then
    print(string.format('{"requests": %d, "failures": %d}', answered, refused))
    io.flush()
    os.exit(0)
  end
end

function init(arguments)
  local headers = { ["Content-Type"] = "application/json", ["Accept"] = "application/json" }
  for body in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("POST", "/graphql", headers, body)
  end
  limit = tonumber(arguments[2]) or 0
  if limit > 0 then
    -- Without these functions wrk does not ask Lua so often, which costs it less.
    delay, response = wait, count
  end
end

function request()
  sent = sent + 1
  return requests[(sent - 1) % #requests + 1]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests": %d, "microseconds": %d, "failures": %d, "p50": %d, "p99": %d}',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)
  ))
end
