<?php
declare(strict_types=1);

namespace Bench\App;

/** A weight entry as the API shows it. */
final class Entry implements \JsonSerializable
{
    public function __construct(
        public readonly string $id,
        public readonly string $userId,
        public readonly float $value,
        public readonly string $unit,
        public readonly \DateTimeImmutable $timestamp,
        public readonly \DateTimeImmutable $createdAt,
        public readonly \DateTimeImmutable $updatedAt,
        public readonly ?\DateTimeImmutable $deletedAt = null,
    ) {
    }

    /** @param array<string, mixed> $row */
    public static function fromRow(array $row): self
    {
        $utc = new \DateTimeZone('UTC');
        $time = static fn (?string $text) => $text === null ? null : new \DateTimeImmutable($text, $utc);
        return new self(
            $row['id'],
            $row['user_id'],
            (float) $row['weight_value'],
            $row['unit'],
            $time($row['timestamp']),
            $time($row['created_at']),
            $time($row['updated_at']),
            $time($row['deleted_at'] ?? null),
        );
    }

    public function jsonSerialize(): array
    {
        $format = 'Y-m-d\TH:i:s\Z';
        return [
            'id' => $this->id,
            'user_id' => $this->userId,
            'weight_value' => $this->value,
            'unit' => $this->unit,
            'timestamp' => $this->timestamp->format($format),
            'created_at' => $this->createdAt->format($format),
            'updated_at' => $this->updatedAt->format($format),
            'deleted_at' => $this->deletedAt?->format($format),
        ];
    }
}
