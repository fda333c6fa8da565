import 'network_interface_connectivity.dart';
import 'sync_connectivity.dart';

/// The hints of this device without a plug-in.
SyncConnectivity platformConnectivity() => NetworkInterfaceConnectivity();
