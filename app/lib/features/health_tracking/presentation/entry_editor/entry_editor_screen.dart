import 'package:clock/clock.dart';
import 'package:flutter/material.dart';

import '../../../../core/presentation/moments.dart';
import '../../../../core/presentation/notice.dart';
import '../../../../core/presentation/page_width.dart';
import '../../../../l10n/generated/weight_words.dart';
import '../../domain/server_limits.dart';
import '../../domain/weight_entry.dart';
import '../../domain/weight_unit.dart';
import '../undo_offer.dart';
import '../unit_picker.dart';
import '../weight_format.dart';
import 'entry_editor_view_model.dart';
import 'number_field.dart';

/// The form for adding or editing a weight.
class EntryEditorScreen extends StatefulWidget {
  /// Shows [viewModel].
  const EntryEditorScreen({required this.viewModel, super.key});

  /// The state and actions of the form.
  final EntryEditorViewModel viewModel;

  @override
  State<EntryEditorScreen> createState() => _EntryEditorScreenState();
}

class _EntryEditorScreenState extends State<EntryEditorScreen> {
  final _number = TextEditingController();
  bool _isFilled = false;

  EntryEditorViewModel get _model => widget.viewModel;

  @override
  void didChangeDependencies() {
    super.didChangeDependencies();
    if (_isFilled) return;
    _isFilled = true;
    final weight = _model.entry?.weight;
    if (weight != null) _number.text = WeightFormat.of(context).number(weight, weight.unit);
  }

  @override
  void dispose() {
    _number.dispose();
    super.dispose();
  }

  Future<void> _save() async {
    final far = _model.farFrom;
    if (far != null && !await _confirm(far)) return;
    if (await _model.save() && mounted) Navigator.of(context).pop();
  }

  /// Asks whether the weight is right although it is far off [other].
  Future<bool> _confirm(WeightEntry other) async {
    final words = WeightWords.of(context);
    final format = WeightFormat.of(context);
    final weight = format.weight(_model.weight!, _model.unit);
    final text = words.farOff(
      weight,
      format.weight(other.weight, _model.unit),
      Moments.of(context).date(other.timestamp),
    );
    final isRight = await showDialog<bool>(
      context: context,
      builder: (context) => AlertDialog(
        title: Text(words.farOffTitle),
        scrollable: true,
        content: Text(text),
        actions: [
          TextButton(onPressed: () => Navigator.of(context).pop(false), child: Text(words.cancel)),
          TextButton(onPressed: () => Navigator.of(context).pop(true), child: Text(words.saveAnyway)),
        ],
      ),
    );
    return isRight ?? false;
  }

  /// Shows the number converted to [unit].
  void _choose(WeightUnit unit) {
    _model.unit = unit;
    if (_model.weight case final weight?) _number.text = WeightFormat.of(context).number(weight, unit);
  }

  Future<void> _delete() async {
    final messenger = ScaffoldMessenger.of(context);
    final words = WeightWords.of(context);
    final model = _model;
    if (!await model.delete() || !mounted) return;
    Navigator.of(context).pop();
    offerUndo(messenger, words, model.restore);
  }

  void _step(int tenths) {
    final next = _model.stepped(_number.text, tenths);
    if (next == null || next < 0) return;
    _number.text = WeightFormat.of(context).axis(next);
    _model.type(_number.text);
  }

  Future<void> _pickDate() async {
    final old = _model.timestamp.toLocal();
    final day = await showDatePicker(
      context: context,
      initialDate: old,
      firstDate: ServerLimits.earliest,
      lastDate: clock.now().isAfter(old) ? clock.now() : old,
    );
    if (day != null) _model.timestamp = DateTime(day.year, day.month, day.day, old.hour, old.minute, old.second);
  }

  Future<void> _pickTime() async {
    final old = _model.timestamp.toLocal();
    final time = await showTimePicker(context: context, initialTime: TimeOfDay.fromDateTime(old));
    if (time != null) _model.timestamp = DateTime(old.year, old.month, old.day, time.hour, time.minute);
  }

  @override
  Widget build(BuildContext context) => ListenableBuilder(
    listenable: _model,
    builder: (context, _) {
      final words = WeightWords.of(context);
      return Scaffold(
        appBar: AppBar(
          title: Text(_model.isNew ? words.addWeight : words.editWeight),
          actions: [
            if (!_model.isNew)
              IconButton(
                tooltip: words.delete,
                icon: const Icon(Icons.delete_outline),
                onPressed: _model.isBusy ? null : _delete,
              ),
            const SizedBox(width: 8),
          ],
        ),
        body: SafeArea(
          child: SingleChildScrollView(
            padding: const EdgeInsets.all(20),
            child: PageWidth(child: _form(context, words)),
          ),
        ),
      );
    },
  );

  Widget _form(BuildContext context, WeightWords words) {
    final theme = Theme.of(context);
    final moments = Moments.of(context);
    final quiet = theme.textTheme.bodySmall?.copyWith(color: theme.colorScheme.onSurfaceVariant);
    final timeProblem = _timeProblem(words);
    return Column(
      crossAxisAlignment: CrossAxisAlignment.stretch,
      children: [
        if (_model.hasFailed) ...[Notice(words.storageTrouble), const SizedBox(height: 16)],
        if (_refusal(words) case final refusal?) ...[Notice(refusal), const SizedBox(height: 16)],
        const SizedBox(height: 8),
        NumberField(
          controller: _number,
          suffix: _model.unit.code,
          hint: _model.suggestion == null
              ? null
              : WeightFormat.of(context).axis((_model.suggestion! * 10).round() / 10),
          error: _numberProblem(words),
          autofocus: _model.isNew,
          onStep: _step,
          onChanged: _model.type,
          onSubmitted: _save,
        ),
        const SizedBox(height: 20),
        UnitPicker(unit: _model.unit, onChanged: _choose),
        if (_model.entry?.weight.unit == _model.unit) ...[
          const SizedBox(height: 8),
          Text(words.keepsUnit, style: quiet, textAlign: TextAlign.center),
        ],
        const SizedBox(height: 20),
        Card(
          clipBehavior: Clip.antiAlias,
          child: Column(
            children: [
              ListTile(
                leading: const Icon(Icons.event),
                title: Text(words.date),
                subtitle: Text(moments.date(_model.timestamp)),
                trailing: const Icon(Icons.edit),
                onTap: _pickDate,
              ),
              const Divider(height: 1, indent: 56),
              ListTile(
                leading: const Icon(Icons.schedule),
                title: Text(words.time),
                subtitle: Text(moments.time(_model.timestamp)),
                trailing: const Icon(Icons.edit),
                onTap: _pickTime,
              ),
            ],
          ),
        ),
        if (timeProblem != null) ...[const SizedBox(height: 12), Notice(timeProblem)],
        const SizedBox(height: 28),
        FilledButton(onPressed: _model.isBusy ? null : _save, child: Text(words.save)),
      ],
    );
  }

  String? _refusal(WeightWords words) {
    final problems = _model.entry?.problems ?? const [];
    if (problems.isEmpty) return null;
    return problems.any((problem) => problem.code == 'quota_exceeded') ? words.quotaExceeded : words.refusedLead;
  }

  String? _numberProblem(WeightWords words) {
    if (_model.isNumberMissing) return words.notANumber;
    final problem = _model.weightProblem;
    final limits = _model.limits;
    if (problem == null) return null;
    if (problem.code != 'out_of_range' || limits == null) return words.fieldRefused;
    final (least, most) = WeightFormat.of(context).limits(limits, _model.unit);
    return words.outOfRange(least, most);
  }

  String? _timeProblem(WeightWords words) {
    final problem = _model.timestampProblem;
    if (problem == null) return null;
    if (problem.code != 'out_of_range') return words.fieldRefused;
    return _model.timestamp.isBefore(ServerLimits.earliest) ? words.tooLongAgo : words.tooFarAhead;
  }
}
