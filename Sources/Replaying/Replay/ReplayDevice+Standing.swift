import HTTPMessages
package import JSONText
import Recordings
package import VirtualTime

/// How a replayed device stands at a moment, whoever asks.
extension ReplayDevice {
    /// When the next event is to be sent; nil where none is to come.
    package var nextDue: VirtualInstant? {
        let deliveries = subscribers.values.compactMap { $0.events.first?.instant }
        let streamed = openStreams.values.compactMap { $0.payloads.first?.instant ?? $0.end }
        return (deliveries + streamed).min()
    }

    /// The energy registers as resources show them: the path, and the reading in kWh.
    package func registers(at now: VirtualInstant) -> [(path: String, kilowattHours: JSONNumber)] {
        index.samples.sorted { $0.key < $1.key }.compactMap { key, samples in
            guard key.method == "GET", key.target == key.path,
                let sample = Self.standing(samples, at: now), sample.status == 200,
                let body = exchange(sample.place)?.response?.body,
                let resource = try? JSONValue(parsing: body),
                let reading = Self.energyReading(of: resource)
            else { return nil }
            return (key.path, reading)
        }
    }

    /// Source: DSP8010 "Redfish Schema Bundle" 2025.4, EnergykWh of Outlet, Circuit and
    /// PowerDistributionMetrics, and Sensor.Reading where ReadingType is EnergykWh.
    private static func energyReading(of resource: JSONValue) -> JSONNumber? {
        if let reading = resource["EnergykWh"]?["Reading"]?.number { return reading }
        return resource["ReadingType"]?.string == "EnergykWh" ? resource["Reading"]?.number : nil
    }

    /// The last value at or before a moment; before the first value, that one.
    static func standing(
        _ samples: [ReplayIndex.Sample], at now: VirtualInstant
    ) -> ReplayIndex.Sample? {
        let behind = samples.partitioningIndex { $0.instant > now }
        func isValue(_ sample: ReplayIndex.Sample) -> Bool {
            !sample.isMishap && !sample.isConfirmation
        }
        return samples[..<behind].last(where: isValue) ?? samples[behind...].first(where: isValue)
    }
}
