import 'dart:async';

import 'package:flutter/material.dart';

import '../../../core/auth/presentation/sign_in_failure_text.dart';
import '../../../core/auth/signed_in_device.dart';
import '../../../core/presentation/moments.dart';
import '../../../core/presentation/notice.dart';
import '../../../core/presentation/page_width.dart';
import '../../../l10n/generated/weight_words.dart';
import 'devices_view_model.dart';

/// The devices on which the user is signed in; each but this one can be signed out.
class DevicesScreen extends StatelessWidget {
  /// Shows [viewModel].
  const DevicesScreen({required this.viewModel, super.key});

  /// The state and actions of the screen.
  final DevicesViewModel viewModel;

  Future<void> _signOut(BuildContext context, SignedInDevice device) async {
    final words = WeightWords.of(context);
    final isSure = await showDialog<bool>(
      context: context,
      builder: (context) => AlertDialog(
        title: Text(words.signOutDevice(device.name ?? words.unnamedDevice)),
        scrollable: true,
        content: Text(words.signOutDeviceLead),
        actions: [
          TextButton(onPressed: () => Navigator.of(context).pop(false), child: Text(words.cancel)),
          TextButton(onPressed: () => Navigator.of(context).pop(true), child: Text(words.signOut)),
        ],
      ),
    );
    if (isSure ?? false) await viewModel.signOut(device);
  }

  @override
  Widget build(BuildContext context) => Scaffold(
    appBar: AppBar(title: Text(WeightWords.of(context).devices)),
    body: SafeArea(
      child: PageWidth(
        child: ListenableBuilder(
          listenable: viewModel,
          builder: (context, _) => RefreshIndicator(
            onRefresh: viewModel.load,
            child: ListView(
              physics: const AlwaysScrollableScrollPhysics(),
              padding: const EdgeInsets.only(bottom: 32),
              children: [
                if (viewModel.request.isBusy) const LinearProgressIndicator(),
                if (viewModel.request.failure case final failure?)
                  ..._failure(signInFailureText(failure, WeightWords.of(context)), context),
                for (final device in viewModel.list) _tile(context, device),
              ],
            ),
          ),
        ),
      ),
    ),
  );

  List<Widget> _failure(String text, BuildContext context) => [
    Padding(padding: const EdgeInsets.fromLTRB(16, 16, 16, 4), child: Notice(text)),
    Align(
      alignment: AlignmentDirectional.centerEnd,
      child: Padding(
        padding: const EdgeInsets.symmetric(horizontal: 16),
        child: TextButton(
          onPressed: viewModel.request.isBusy ? null : () => unawaited(viewModel.load()),
          child: Text(WeightWords.of(context).tryAgain),
        ),
      ),
    ),
  ];

  Widget _tile(BuildContext context, SignedInDevice device) {
    final words = WeightWords.of(context);
    return ListTile(
      leading: Icon(device.isThis ? Icons.smartphone : Icons.devices),
      title: Text(device.name ?? words.unnamedDevice),
      subtitle: Text(device.isThis ? words.thisDevice : words.deviceSeen(Moments.of(context).when(device.lastUsedAt))),
      trailing: device.isThis
          ? null
          : IconButton(
              tooltip: words.signOutDevice(device.name ?? words.unnamedDevice),
              icon: const Icon(Icons.logout),
              onPressed: viewModel.request.isBusy ? null : () => unawaited(_signOut(context, device)),
            ),
    );
  }
}
