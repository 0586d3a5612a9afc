import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

/// Requests as they are sent, and answers by status: what every request has in common.
extension EnergyAggregator {
    static let redirectLimit = 5
    static let monitorPollLimit = 20

    mutating func send(_ job: Job) {
        outstanding = job
        if case .read(let meter) = job.purpose { plant.meters[meter].lastAskedInstant = now }
        var fields: HTTPFields = [
            .accept: "application/json", .odataVersion: "4.0",
            .userAgent: configuration.userAgent,
        ]
        if job.purpose.needsCredentials || session.isRootProtected {
            addCredentials(to: &fields)
        }
        var body: [UInt8] = []
        if let value = job.body {
            body = value.compactBytes
            if !configuration.misbehaviour.contains(.omitsContentType) {
                fields[.contentType] = "application/json"
            }
        }
        actions.append(
            .send(RequestMessage(job.method, job.target, fields: fields, body: body)))
    }

    mutating func settle(_ failure: TransportFailure) {
        guard let job = outstanding else { return }
        outstanding = nil
        trouble(job, reason: failure.rawValue, retryInstant: nil)
    }

    mutating func settle(_ response: ResponseMessage) {
        guard let job = outstanding else { return }
        outstanding = nil
        if response.status < 500, response.status != 429 { troubles = 0 }
        switch response.status {
        case 202: followMonitor(job, response)
        case 200..<300: accept(job, response)
        case 301, 302, 307, 308: followRedirect(job, response)
        case 401: handleUnauthorized(job, response)
        case 408, 429, 500, 502...599:
            trouble(
                job, reason: "status \(response.status)",
                retryInstant: RetryPolicy.retryInstant(of: response, now: now),
                response: response)
        default: refuse(job, response)
        }
    }

    /// A success by its status. What should hold a resource and does not is treated like a
    /// failing service: tried again, never taken for a value.
    private mutating func accept(_ job: Job, _ response: ResponseMessage) {
        switch job.purpose {
        case .logout: session.end()
        case .unsubscribe: subscription.uri = nil
        case .deleteStaleSubscription: break
        case .login: acceptLogin(response)
        case .subscribe: acceptSubscription(response)
        default:
            do {
                take(try response.resource(), for: job)
                if job.purpose.needsCredentials { session.prove() }
            } catch {
                trouble(job, reason: "\(error)", retryInstant: nil)
            }
        }
    }

    private mutating func take(_ resource: JSONValue, for job: Job) {
        switch job.purpose {
        case .root: takeRoot(resource)
        case .sessionService: takeSessionService(resource)
        case .powerEquipment: takePowerEquipment(resource)
        case .unit(let index): takeUnit(resource, index: index)
        case .listing(let kind): takePage(resource, of: kind, job: job)
        case .read(let meter): takeReading(resource, meter: meter)
        case .sensor(let meter): takeSensor(resource, meter: meter)
        case .eventService: takeEventService(resource)
        case .subscriptionEntry(let uri): takeSubscriptionEntry(resource, uri: uri)
        case .checkSubscription: takeSubscriptionCheck(resource)
        default: break
        }
    }

    /// A 4xx or 501: repeating it unchanged would bring the same answer.
    private mutating func refuse(_ job: Job, _ response: ResponseMessage) {
        let keys = response.messageKeys
        if keys.contains("PasswordChangeRequired"), job.purpose != .logout {
            requirePasswordChange()
            return
        }
        switch job.purpose {
        case .login: refuseLogin(response, keys: keys)
        case .logout: session.end()
        case .unsubscribe: subscription.uri = nil
        case .subscribe: refuseSubscription(job, response, keys: keys)
        default:
            log(describe(job, "status \(response.status)", keys: keys))
            loseForGood(job, isGone: response.status == 404 || response.status == 410)
        }
    }

    /// The request failed in a way that may pass: tried again a few times with growing delay,
    /// and given up until the next poll then.
    mutating func trouble(
        _ job: Job, reason: String, retryInstant: VirtualInstant?,
        response: ResponseMessage? = nil
    ) {
        var job = job
        job.failures += 1
        troubles += 1
        log(describe(job, reason, keys: response?.messageKeys ?? []))
        if job.purpose == .login {
            deferLogin(until: retryInstant, keys: response?.messageKeys ?? [])
            return
        }
        if configuration.misbehaviour.contains(.hammersFailures), job.failures < 20 {
            jobs.putFirst(job)
            return
        }
        let wasAskedFor =
            retryInstant != nil && !configuration.misbehaviour.contains(.ignoresRetryAfter)
        pauseIfServiceIsInTrouble(until: wasAskedFor ? retryInstant : nil)
        // A POST that got no answer, or a failing one, may have been carried out.
        let isRepeatable =
            job.method != .post || response?.status == 503 || response?.status == 429
        guard isRepeatable, job.failures < RetryPolicy.attemptLimit, phase != .lastReading
        else {
            if phase == .lastReading, troubles >= 2 { jobs.removeAll() }
            giveUp(job)
            return
        }
        job.wasToldToWait = wasAskedFor
        let delay = retry.delay(afterFailures: job.failures)
        if configuration.misbehaviour.contains(.ignoresRetryAfter) {
            jobs.putFirst(job)
        } else {
            jobs.park(job, until: max(retryInstant ?? now, now + delay))
        }
        if job.purpose.concernsSubscription { beginPlantDiscovery() }
    }

    /// One bad member costs that member only; several failures in a row mean the service.
    private mutating func pauseIfServiceIsInTrouble(until retryInstant: VirtualInstant?) {
        guard phase == .working, troubles >= (retryInstant == nil ? 3 : 2) else { return }
        let delay = retry.delay(afterFailures: troubles, cap: configuration.pollInterval)
        pause = (max(retryInstant ?? now, now + delay), retryInstant != nil)
    }

    private mutating func followRedirect(_ job: Job, _ response: ResponseMessage) {
        var job = job
        job.redirects += 1
        guard let location = response.head.headerFields[.location],
            let target = requestTarget(of: location), job.redirects <= Self.redirectLimit
        else {
            log(describe(job, "redirected too often or nowhere"))
            loseForGood(job, isGone: false)
            return
        }
        if let foreign = origin(of: location), foreign != configuration.serviceOrigin {
            log(describe(job, "redirected to another origin, \(foreign), and not followed"))
            loseForGood(job, isGone: false)
            return
        }
        // The method stays, also for 301 and 302, which would permit a GET (RFC 9110, clause 15.4):
        // a GET can't stand in for a request that creates something.
        job.target = target
        jobs.putFirst(job)
    }

    /// The service works on it; the task monitor answers in its stead when it is done.
    ///
    /// Source: DSP0266, "Redfish Specification" 1.8.1, clause 12.2.
    private mutating func followMonitor(_ job: Job, _ response: ResponseMessage) {
        var job = job
        guard let location = response.head.headerFields[.location],
            let target = requestTarget(of: location), job.monitorPolls < Self.monitorPollLimit
        else {
            if job.method == .delete {
                accept(job, response)
            } else {
                trouble(job, reason: "accepted without an end", retryInstant: nil)
            }
            return
        }
        job.monitorPolls += 1
        job.method = .get
        job.body = nil
        job.target = target
        let asked = RetryPolicy.retryInstant(of: response, now: now)
        jobs.park(job, until: max(asked ?? now, now + .seconds(1)))
    }

    func describe(_ job: Job, _ reason: String, keys: [String] = []) -> String {
        let messages = keys.isEmpty ? "" : " (\(keys.joined(separator: ", ")))"
        return "\(job.method.rawValue) \(job.target): \(reason)\(messages)"
    }
}
