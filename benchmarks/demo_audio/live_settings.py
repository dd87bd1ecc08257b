"""Settings of the live simulator for each stage performance."""

from samesong.training.live import LiveSettings

LIVE = {
    "greensleeves": LiveSettings(  # a jazz club
        tempo_drift=0.015, room_seconds=0.7, crowd_db=14.0, low_hz=60.0, high_hz=9000.0
    ),
    "amazing_grace": LiveSettings(  # a church
        tempo_drift=0.02, transpose=0.15, room_seconds=2.6, crowd_db=12.0, high_hz=8000.0
    ),
    "auld_lang_syne": LiveSettings(  # a festival, from far away
        tempo_drift=0.01,
        room_seconds=1.0,
        crowd_db=7.0,
        low_hz=120.0,
        high_hz=6000.0,
        level_drift_db=3.0,
    ),
    "oh_susanna": LiveSettings(  # a ballroom
        tempo_drift=0.01,
        transpose=-0.1,
        room_seconds=1.4,
        crowd_db=11.0,
        low_hz=80.0,
        high_hz=7500.0,
    ),
    "londonderry_air": LiveSettings(  # an arena, on a phone
        drive_db=6.0,
        room_seconds=2.2,
        crowd_db=8.0,
        low_hz=150.0,
        high_hz=5500.0,
        level_drift_db=2.0,
        codec_loss=0.6,
    ),
    "drunken_sailor": LiveSettings(  # a club, with an overloaded phone
        tempo_drift=0.01,
        drive_db=9.0,
        room_seconds=1.0,
        crowd_db=10.0,
        low_hz=130.0,
        high_hz=6500.0,
        codec_loss=0.5,
    ),
}
