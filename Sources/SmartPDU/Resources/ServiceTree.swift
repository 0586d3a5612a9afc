extension ResourceTree {
    /// The services beside power.
    mutating func addServices(at addresses: Addresses) {
        add(.taskService, at: Addresses.taskService)
        add(.taskCollection, at: Addresses.tasks)
        addMembers(.task, of: Addresses.tasks)
        addMembers(.taskMonitor, of: Addresses.taskMonitors)
        addTelemetry()
        add(.updateService, at: Addresses.updateService)
        add(.firmwareInventoryCollection, at: Addresses.firmwareInventory)
        add(.controllerFirmware, at: Addresses.controllerFirmware)
        addMembers(.configurationExport, of: addresses.configurationExports)
        add(.certificateService, at: Addresses.certificateService)
        add(.certificateLocations, at: Addresses.certificateLocations)
        add(.serverCertificateCollection, at: Addresses.serverCertificates)
        addMembers(.serverCertificate, of: Addresses.serverCertificates)
        add(.jsonSchemaCollection, at: Addresses.jsonSchemas)
        addMembers(.jsonSchemaFile, of: Addresses.jsonSchemas)
    }

    private mutating func addTelemetry() {
        add(.telemetryService, at: Addresses.telemetryService)
        add(.metricDefinitionCollection, at: Addresses.metricDefinitions)
        for definition in MetricDefinition.all {
            add(
                .metricDefinition, at: "\(Addresses.metricDefinitions)/\(definition.id)",
                .member(definition.id))
        }
        add(.metricReportDefinitionCollection, at: Addresses.metricReportDefinitions)
        let own = MetricReportDefinition.powerAndEnergyID
        add(
            .factoryReportDefinition, at: "\(Addresses.metricReportDefinitions)/\(own)",
            .member(own))
        addMembers(.metricReportDefinition, of: Addresses.metricReportDefinitions)
        add(.metricReportCollection, at: Addresses.metricReports)
        addMembers(.metricReport, of: Addresses.metricReports)
    }
}
