-- requests.lua: what wrk asks and checks: wrk -s requests.lua URL -- PREFIX TENANTS [prove]
-- Every request is of another tenant, on whatever connection is free; each answer has to prove whose it was.
local threads = {}

function setup(thread)
   table.insert(threads, thread)
end

function init(args)
   prefix, tenants, proves = args[1], tonumber(args[2]), args[3] == "prove"
   answers, wrong, first = 0, 0, ""
   math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 100003)
   texts = {}
   for tenant = 0, tenants - 1 do
      texts[tenant] = wrk.format("GET", prefix .. tenant)
   end
end

function request()
   return texts[math.random(0, tenants - 1)]
end

function response(status, headers, body)
   answers = answers + 1
   local good = status == 200
   if proves and good then
      local tenant, own, other = body:match('^{"tenant": "(%d+)", "own": "(.-)", "other": "(.-)"}$')
      good = tenant ~= nil and own == "of tenant " .. tenant and other == "refused"
   end
   if not good then
      wrong = wrong + 1
      first = status .. " " .. body:sub(1, 200)
   end
end

function done(summary, latency, requests)
   local answers, wrong, first = 0, 0, ""
   for _, thread in ipairs(threads) do
      answers = answers + thread:get("answers")
      wrong = wrong + thread:get("wrong")
      first = thread:get("first") ~= "" and thread:get("first") or first
   end
   local errors = summary.errors
   local lost = errors.connect + errors.read + errors.write + errors.timeout
   io.write(string.format("\nfigures %d %d %d %s\n", answers, wrong, lost, first))
end
