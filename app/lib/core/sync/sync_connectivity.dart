/// Extension point: notices when the device may be online again. A hint only: sync neither waits for it nor trusts it.
abstract interface class SyncConnectivity {
  /// An event each time the device may have joined a network.
  Stream<void> get returns;
}
