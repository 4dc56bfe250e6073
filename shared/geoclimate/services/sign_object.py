"""Write objects with a detached signature, and read them back only where the signature holds."""

from dataclasses import dataclass

from geoclimate.contracts.backups import signature_key
from geoclimate.domain.errors import IntegrityError, NotFound
from geoclimate.services.backup_ports import Signer
from geoclimate.services.ports import ObjectStore

_SIGNATURE_LIMIT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class SignedObjects:
    """A bucket, and who signs in it.

    Attributes:
        objects: The bucket.
        signer: Makes and checks the signatures.
    """

    objects: ObjectStore
    signer: Signer

    def put(self, key: str, body: bytes) -> None:
        """Write a JSON object and its signature beside it."""
        self.objects.put(key, body, "application/json")
        self.objects.put(signature_key(key), self.signer.sign(body).encode("ascii"), "text/plain")

    def get(self, key: str, limit: int) -> bytes:
        """Read an object of at most `limit` bytes whose signature holds.

        Raises:
            NotFound: There is no such object.
            IntegrityError: It has no signature, or the signature is not of these bytes.
        """
        body = self.objects.get(key, limit)
        try:
            code = self.objects.get(signature_key(key), _SIGNATURE_LIMIT_BYTES).decode("ascii", "replace").strip()
        except NotFound as error:
            raise IntegrityError(
                f"{key} has no signature beside it: this platform did not write it, or it was lost"
            ) from error
        if not self.signer.verify(body, code):
            raise IntegrityError(f"the signature of {key} does not hold: the object was changed after it was written")
        return body
