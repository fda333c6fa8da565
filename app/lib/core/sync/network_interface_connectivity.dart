import 'dart:async';
import 'dart:io';

import 'connectivity.dart';

/// Looks now and then which addresses the device has. Needs no plug-in and causes no traffic.
final class NetworkInterfaceConnectivity implements Connectivity {
  /// Looks [every] so often, while somebody listens.
  NetworkInterfaceConnectivity({this.every = const Duration(seconds: 5), Future<Set<String>> Function()? addresses})
    : _addresses = addresses ?? _ownAddresses;

  /// How often it looks.
  final Duration every;

  final Future<Set<String>> Function() _addresses;

  static Future<Set<String>> _ownAddresses() async => {
    for (final interface in await NetworkInterface.list())
      for (final address in interface.addresses) address.address,
  };

  @override
  Stream<void> get returns {
    var known = _look();
    // No async*: that would be cancelled at its next event only, and there may never be one.
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
