import 'package:weight_sync/weight_sync.dart';

import 'account.dart';
import 'device.dart';
import 'instance.dart';

/// A new account at [instance], signed in on a phone and on a tablet. [background] wakes the phone up.
Future<(Account, Device phone, Device tablet)> household(Instance instance, {BackgroundTrigger? background}) async {
  final phone = await Device.at(instance.url, background: background);
  final tablet = await Device.at(instance.url);
  final account = await Account.register(phone, instance.url);
  await account.signIn(tablet);
  return (account, phone, tablet);
}

/// Syncs [devices] one after the other and expects success.
Future<void> syncInTurn(List<Device> devices) async {
  for (final device in devices) {
    await device.syncFully();
  }
}
