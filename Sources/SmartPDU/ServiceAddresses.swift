// The services beside power; their paths never change either.
extension Addresses {
    static let telemetryService = "\(root)/TelemetryService"
    static let metricDefinitions = "\(telemetryService)/MetricDefinitions"
    static let metricReportDefinitions = "\(telemetryService)/MetricReportDefinitions"
    static let metricReports = "\(telemetryService)/MetricReports"
    static let taskService = "\(root)/TaskService"
    static let tasks = "\(taskService)/Tasks"
    static let taskMonitors = "\(taskService)/TaskMonitors"
    static let updateService = "\(root)/UpdateService"
    static let firmwareInventory = "\(updateService)/FirmwareInventory"
    static let controllerFirmware = "\(firmwareInventory)/Controller"
    static let certificateService = "\(root)/CertificateService"
    static let certificateLocations = "\(certificateService)/CertificateLocations"
    static let serverCertificates = "\(networkProtocol)/HTTPS/Certificates"
    static let serverCertificate = "\(serverCertificates)/1"
    static let jsonSchemas = "\(root)/JsonSchemas"

    /// Where files with an exported configuration are to be had.
    var configurationExports: String { "\(rackPDU)/ConfigurationExports" }
}
