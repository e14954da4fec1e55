"""The demo workshop's opening stock: what was counted into the boxes when the inventory began."""

from server.seed.demo.story import Act, book

# fmt: off
OPENING: tuple[Act, ...] = (
    book(
        364, "09:05", "ada", "Opening stock, box 1",
        "RKTA 1-1 400, RGNA 1-2 380, RHSA 1-3 350, RLMB 1-5 120, RZQA 1-8 24, RSMA 1-11 1000, RNET 1-14 30, "
        "PTRA 1-21 15, PTGA 1-22 10, NTCA 1-25 20, LDRA 1-26 40",
    ),
    book(
        364, "10:20", "ada", "Opening stock, box 2",
        "CAPA 2-1 500, CSMA 2-5 600, CSMB 2-6 300, CTAA 2-9 80, CELA 2-11 60, CELB 2-12 30, CSUP 2-20 6, CAPB 2-30 150",
    ),
    book(364, "11:10", "chen", "Opening stock, box 3", "LNDA 3-1 25, XTAL 3-4 30, FUSE 3-9 25, FPTA 3-10 40"),
    book(
        364, "11:45", "chen", "Opening stock, box 4",
        "DSWA 4-1 250, DRFA 4-2 120, DSKA 4-3 60, DZNA 4-5 40, LEDR 4-11 300, LEDG 4-12 260, LADR 4-17 150, "
        "TNPN 4-21 160, TMSA 4-24 100, TMSB 4-25 25, LEDX 4-31 80, RKTB 4-44 60",
    ),
    book(
        364, "14:00", "boris", "Opening stock, box 5",
        "UMSA 5-1 40, UTMA 5-2 60, USHR 5-3 25, UREG 5-7 40, ULDA 5-8 50, UMCA 5-13 20, UPTA 5-16 25, UREX 5-30 12, "
        "RSMA 5-41 400, CSMA 5-41 200",
    ),
    book(
        363, "09:15", "boris", "Opening stock, box 6",
        "USWA 6-1 12, UMCB 6-2 15, URTC 6-4 6, STMP 6-7 20, SHUM 6-8 14, MWFA 6-11 14, DPLD 6-13 10, DPLC 6-14 6, "
        "DPSG 6-19 8, UMTR 6-25 9, MTRA 6-30 8, ZZQX 6-36 1",
    ),
    book(
        363, "10:30", "dara", "Opening stock, box 7",
        "HDRA 7-1 40, JSTA 7-3 60, TBLK 7-5 100, USBC 7-9 30, DCJK 7-10 25, SCKA 7-12 60, SWTA 7-21 150, SWTB 7-22 40, "
        "ENCA 7-25 14, MRLY 7-31 30, BUZA 7-35 25, HDRA 7-44 12",
    ),
    book(
        363, "13:20", "dara", "Opening stock, box 8",
        "SCRA 8-1 500, NUTA 8-2 500, SPCA 8-3 150, HSNK 8-4 20, WRER 8-5 100, WREB 8-6 100, HSTA 8-7 50, SLDR 8-8 8, "
        "TWZA 8-9 3, SCRA 8-10 200, NUTA 8-10 200, BATH 8-11 4",
    ),
    book(
        362, "15:00", "ada", "Opening stock, course trolley",
        "RKTA 9-1 60, RGNA 9-1 60, RHSA 9-2 60, LDRA 9-2 10, CAPA 9-3 60, LEDR 9-4 60, LEDG 9-4 30, TNPN 9-5 30, "
        "DSWA 9-5 40, UTMA 9-6 20, SCKA 9-6 20, SWTA 9-7 30, BUZA 9-7 10, BATH 9-8 20, PRBA 9-9 12, "
        "BRDA 9-10 14, SLDR 9-11 2",
    ),
)
