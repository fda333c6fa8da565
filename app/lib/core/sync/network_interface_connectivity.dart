import 'dart:async';
import 'dart:io';

import 'sync_connectivity.dart';

/// Polls the device's own network addresses. Needs no plug-in and causes no traffic.
final class NetworkInterfaceConnectivity implements SyncConnectivity {
  /// Polls at the interval [every] while there is a listener.
  NetworkInterfaceConnectivity({this.every = const Duration(seconds: 5), Future<Set<String>> Function()? addresses})
    : _addresses = addresses ?? _ownAddresses;

  /// The polling interval.
  final Duration every;

  final Future<Set<String>> Function() _addresses;

  static Future<Set<String>> _ownAddresses() async => {
    for (final interface in await NetworkInterface.list())
      for (final address in interface.addresses) address.address,
  };

  @override
  Stream<void> get returns {
    var known = _look();
    // Not an async* function: cancelling one takes effect only at its next event, which may never come.
    return Stream<void>.periodic(every)
        .asyncMap((_) async => (await known, await (known = _look())))
        .where((looks) => looks.$2.difference(looks.$1).isNotEmpty);
  }

  Future<Set<String>> _look() async {
    try {
      return await _addresses();
    } on Exception {
      return const {};
    }
  }
}
