"""Loaded before everything else: the settings of a test run are made before Django reads them.

``NOTIFYADMIN_TEST_ON=postgres`` runs the same tests on a private PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile

os.environ["NOTIFYADMIN_VAR"] = tempfile.mkdtemp(prefix="na-var-")
atexit.register(shutil.rmtree, os.environ["NOTIFYADMIN_VAR"], ignore_errors=True)
os.environ["CREDENTIAL_KEYS"] = "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="
os.environ["SECRET_KEY"] = "tests-only"
os.environ["ALLOW_PRIVATE_PROVIDERS"] = "1"
os.environ["PUBLIC_URL"] = "http://testserver"

if os.environ.get("NOTIFYADMIN_TEST_ON") == "postgres":
    if "NOTIFYADMIN_TEST_DATABASE" not in os.environ:
        from tests.servers import private_postgres

        _server = private_postgres()
        os.environ["NOTIFYADMIN_TEST_DATABASE"] = _server.__enter__()
        atexit.register(_server.__exit__, None, None, None)
    os.environ["DATABASE_URL"] = os.environ["NOTIFYADMIN_TEST_DATABASE"]
else:
    os.environ.pop("DATABASE_URL", None)
os.environ.pop("CELERY_BROKER_URL", None)
