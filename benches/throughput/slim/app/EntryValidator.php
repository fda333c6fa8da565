<?php
declare(strict_types=1);

namespace Bench\App;

use Bench\Framework\HttpError;

/** Checks the fields of an entry and reports all that are wrong. */
final class EntryValidator
{
    private const UNITS = ['kg', 'lb', 'st'];

    public function validate(mixed $data, string $userId): Entry
    {
        if (!is_array($data)) {
            throw new HttpError(422, 'an entry is an object');
        }
        $errors = [];
        $value = $data['weight_value'] ?? null;
        if (!is_int($value) && !is_float($value)) {
            $errors['weight_value'] = 'must be a number';
        } elseif ($value <= 0 || $value > 1000) {
            $errors['weight_value'] = 'must be greater than 0 and at most 1000';
        }
        $unit = $data['unit'] ?? null;
        if (!in_array($unit, self::UNITS, true)) {
            $errors['unit'] = 'must be one of ' . implode(', ', self::UNITS);
        }
        $time = $this->time($data['timestamp'] ?? null);
        if ($time === null) {
            $errors['timestamp'] = 'must be a time as in RFC 3339';
        }
        if ($errors !== []) {
            throw new HttpError(422, 'the entry is not valid', $errors);
        }
        $now = new \DateTimeImmutable('now', new \DateTimeZone('UTC'));
        return new Entry($this->uuid(), $userId, round((float) $value, 2), $unit, $time, $now, $now);
    }

    private function time(mixed $text): ?\DateTimeImmutable
    {
        if (!is_string($text) || !preg_match('/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/', $text)) {
            return null;
        }
        try {
            return (new \DateTimeImmutable($text))->setTimezone(new \DateTimeZone('UTC'));
        } catch (\Exception) {
            return null;
        }
    }

    private function uuid(): string
    {
        $bytes = random_bytes(16);
        $bytes[6] = chr(ord($bytes[6]) & 0x0f | 0x40);
        $bytes[8] = chr(ord($bytes[8]) & 0x3f | 0x80);
        return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex($bytes), 4));
    }
}
