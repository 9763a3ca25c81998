done = function(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("REPORT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(95), failed))
end
